"""Wrong answers to lesson 31 that people really give, each with the sentence that cures it."""

from gm_ref.mistakes.core import Bank

BANK = Bank()
mistake, convention = BANK.mistake, BANK.convention


def over(v, x):
    """Return v (B,) as (B, 1, ...) to go with x (B, *)."""
    return v.reshape(-1, *[1] * (x.dim() - 1))


@mistake(
    "q_sample",
    "a variance used as a standard deviation",
    "Your noise is scaled by 1 - alpha_bar_t. That is its variance; eps must be scaled by the standard deviation, its square root.",
    source="public course notebook: how-diffusion-models-work#1",
)
def noise_variance_as_std(x0, t, eps, alpha_bar):
    a = over(alpha_bar[t], x0)
    return a.sqrt() * x0 + (1 - a) * eps
