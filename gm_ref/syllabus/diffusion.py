"""Lessons on diffusion models."""

from gm_ref.syllabus.rows import Exercise, Lesson

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        number=31,
        stem="ddpm",
        family="diffusion",
        title="Denoising diffusion: learn to undo noise",
        about=(
            "forward noising, its closed form and posterior, the bound, L_simple, ancestral sampling; digits from noise"
        ),
        minutes=3,
        exercises=(
            Exercise("beta_schedule", points=2, minutes=8, difficulty=1),
            Exercise("alpha_tables", points=1, minutes=5, difficulty=1),
            Exercise("q_step", points=1, minutes=5, difficulty=1),
            Exercise("q_sample", points=3, minutes=5, difficulty=2),
            Exercise("predict_x0", points=2, minutes=5, difficulty=1),
            Exercise("q_posterior", points=3, minutes=15, difficulty=3, uses=("alpha_tables",)),
            Exercise("vlb_terms", 3, 15, 3, uses=("alpha_tables", "q_sample", "predict_x0", "q_posterior")),
            Exercise("ddpm_loss", points=3, minutes=8, difficulty=2, uses=("q_sample",)),
            Exercise("timestep_embedding", points=2, minutes=8, difficulty=2),
            Exercise("ema_update", points=2, minutes=8, difficulty=2),
            Exercise("p_sample", 3, 12, 3, uses=("alpha_tables", "predict_x0", "q_posterior")),
        ),
    ),
)
