"""Lessons on generative adversarial networks."""

from gm_ref.syllabus.rows import Exercise, Lesson

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        number=11,
        stem="minimax",
        family="gan",
        title="Minimax: a game between two networks",
        about=(
            "the two-player game, D* = p / (p + q), its value -log 4 + 2 JSD, both generator losses; mode "
            "collapse on a ring"
        ),
        minutes=3,
        exercises=(
            Exercise("discriminator_loss", points=2, minutes=8, difficulty=1),
            Exercise("optimal_discriminator", points=2, minutes=8, difficulty=2),
            Exercise("jensen_shannon", points=2, minutes=8, difficulty=2),
            Exercise("value_at_optimum", points=2, minutes=8, difficulty=2, uses=("optimal_discriminator",)),
            Exercise("generator_loss_minimax", points=1, minutes=4, difficulty=1),
            Exercise("generator_loss", points=1, minutes=4, difficulty=1),
            Exercise("saturation_ratio", points=1, minutes=5, difficulty=2),
            Exercise("discriminator_step", points=3, minutes=10, difficulty=2, uses=("discriminator_loss",)),
            Exercise("generator_step", points=3, minutes=8, difficulty=2, uses=("generator_loss",)),
        ),
    ),
)
