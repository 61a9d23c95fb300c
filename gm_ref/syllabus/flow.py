"""Lessons on normalising flows."""

from gm_ref.syllabus.rows import Exercise, Lesson

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        number=41,
        stem="realnvp",
        family="flow",
        title="Normalising flows: change of variables",
        about=("change of variables and its sign, coupling layers, exact likelihoods, bits per dimension on digits"),
        minutes=3,
        exercises=(
            Exercise("log_det_by_autograd", points=2, minutes=10, difficulty=2),
            Exercise("coupling_forward", points=3, minutes=12, difficulty=2),
            Exercise("coupling_inverse", points=2, minutes=6, difficulty=2),
            Exercise("flow_log_prob", points=3, minutes=10, difficulty=2),
            Exercise("flow_sample", points=1, minutes=4, difficulty=1),
            Exercise("checkerboard_mask", points=1, minutes=4, difficulty=1),
            Exercise("channel_mask", points=1, minutes=4, difficulty=1),
            Exercise("squeeze", points=2, minutes=10, difficulty=2),
            Exercise("unsqueeze", points=1, minutes=6, difficulty=2),
            Exercise("dequantize", points=1, minutes=4, difficulty=1),
            Exercise("logit_transform", points=3, minutes=12, difficulty=3),
            Exercise("logit_inverse", points=2, minutes=8, difficulty=2),
            Exercise("bits_per_dim", points=2, minutes=8, difficulty=2),
        ),
    ),
)
