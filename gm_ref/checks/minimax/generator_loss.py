"""The check of generator_loss."""

from gm_ref.checks.core import Beside, Draws, Guarded, check
from gm_ref.checks.minimax.oracles import LOGITS, STABLE, cost, expect_any_logits, plain


@check(probes=LOGITS, rows=(), slopes=("fake_logits",), exact=True)
def check_generator_loss(generator_loss: Guarded, draw: Draws) -> None:
    """Probe the mean of -log D, sure discriminators, and the gradient that does not saturate."""
    beside = Beside(generator_loss, lambda fake_logits: cost(-fake_logits), ["the loss"])
    beside.at(
        (draw.normal(5) - 0.5,),
        "The loss is not the mean of -log D over the fakes.",
        "D = sigmoid(logit), taken once; this is the non-saturating loss, not the minimax one.",
    )
    beside.at((plain(-200, -200, -200),), "For logits of -200 the loss must be 200.", STABLE)
    expect_any_logits(beside, draw)
