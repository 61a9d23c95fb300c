"""Lessons that prepare the others."""

from gm_ref.syllabus.rows import Exercise, Lesson

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        number=0,
        stem="start",
        family="foundations",
        title="Start: how the course works, and six tools",
        about="log-densities, KL, Monte Carlo error, the score, change of variables; how a lesson works",
        minutes=1,
        exercises=(
            Exercise("log_normal_diag", points=2, minutes=5, difficulty=1),
            Exercise("log_mean_exp", points=2, minutes=5, difficulty=1),
            Exercise("kl_diag_gaussians", points=2, minutes=8, difficulty=2),
            Exercise("mc_estimate", points=2, minutes=5, difficulty=1),
            Exercise("gmm_score", points=3, minutes=12, difficulty=3),
            Exercise("log_prob_by_change_of_variables", points=2, minutes=5, difficulty=2),
        ),
    ),
)
