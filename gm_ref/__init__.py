"""gm_ref: a course on generative models, its reference answers, and checks that name the mistake."""
