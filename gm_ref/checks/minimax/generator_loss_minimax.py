"""The check of generator_loss_minimax."""

from gm_ref.checks.core import Beside, Draws, Guarded, check
from gm_ref.checks.minimax.oracles import LOGITS, STABLE, cost, expect_any_logits, plain


@check(probes=LOGITS, rows=(), slopes=("fake_logits",), exact=True)
def check_generator_loss_minimax(generator_loss_minimax: Guarded, draw: Draws) -> None:
    """Probe the mean of log(1 - D), sure discriminators, and the gradient that saturates."""
    beside = Beside(generator_loss_minimax, lambda fake_logits: -cost(fake_logits), ["the loss"])
    beside.at(
        (draw.normal(5) - 0.5,),
        "The loss is not the mean of log(1 - D) over the fakes.",
        "D = sigmoid(logit); the generator minimises log(1 - D) itself, with no minus in front.",
    )
    beside.at((plain(200, 200, 200),), "For logits of 200 the loss must be -200.", STABLE)
    beside.at((plain(-200),), "For a logit of -200 the loss must be 0.", STABLE)
    expect_any_logits(beside, draw)
