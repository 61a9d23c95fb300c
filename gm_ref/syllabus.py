"""The course as one table: lessons, their exercises, points, minutes, and what builds on what.

Needs nothing but the standard library, so that commands answer at once.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Exercise:
    """One function a learner writes: points for the grade, minutes to expect, difficulty 1 to 3, what it may call.

    uses names the exercises it may call: NAME of the same lesson, STEM.NAME of an earlier one.
    """

    name: str
    points: int
    minutes: int
    difficulty: int
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """One notebook; minutes is what its computing takes on two CPU cores, all in all."""

    number: int
    stem: str
    family: str
    title: str
    minutes: int
    exercises: tuple[Exercise, ...]

    @property
    def id(self) -> str:
        """Return the lesson's name in file names and on the command line, such as 31_ddpm."""
        return f"{self.number:02d}_{self.stem}"


LESSONS = (
    Lesson(
        number=0,
        stem="start",
        family="foundations",
        title="Start: how the course works, and six tools",
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
    Lesson(
        number=11,
        stem="minimax",
        family="gan",
        title="Minimax: a game between two networks",
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
    Lesson(
        number=21,
        stem="elbo",
        family="vae",
        title="ELBO: a bound that can be trained",
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
    Lesson(
        number=31,
        stem="ddpm",
        family="diffusion",
        title="Denoising diffusion: learn to undo noise",
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
    Lesson(
        number=41,
        stem="realnvp",
        family="flow",
        title="Normalising flows: change of variables",
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


def find_lesson(name: str) -> Lesson:
    """Return the lesson with this id (31_ddpm), stem (ddpm) or number (31); ValueError names those there are."""
    for lesson in LESSONS:
        if name in (lesson.id, lesson.stem, str(lesson.number), f"{lesson.number:02d}"):
            return lesson
    raise ValueError(f"{name!r} is not a lesson: choose one of {', '.join(lesson.id for lesson in LESSONS)}.")


def as_json() -> dict:
    """Return the table as plain data, for `gm-ref syllabus --json`."""
    return {"lessons": [{"id": lesson.id, **asdict(lesson)} for lesson in LESSONS]}
