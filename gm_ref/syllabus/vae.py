"""Lessons on variational autoencoders."""

from gm_ref.syllabus.rows import Exercise, Lesson

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        number=21,
        stem="elbo",
        family="vae",
        title="ELBO: a bound that can be trained",
        about=(
            "the bound by Jensen and by the KL identity, the reparameterised gradient, a linear VAE whose "
            "gap closes, a VAE on digits"
        ),
        minutes=2,
        exercises=(
            Exercise("gaussian_log_lik", points=2, minutes=6, difficulty=1),
            Exercise("bernoulli_log_lik", points=2, minutes=6, difficulty=1),
            Exercise("kl_standard_normal", points=2, minutes=8, difficulty=2),
            Exercise("reparameterize", points=2, minutes=5, difficulty=1),
            Exercise("elbo", points=3, minutes=10, difficulty=2, uses=("kl_standard_normal", "reparameterize")),
            Exercise("linear_vae_posterior", points=3, minutes=12, difficulty=3),
            Exercise("elbo_gap", points=3, minutes=12, difficulty=3),
            Exercise("sample_prior", points=1, minutes=5, difficulty=1),
            Exercise("interpolate", points=1, minutes=5, difficulty=1),
        ),
    ),
)
