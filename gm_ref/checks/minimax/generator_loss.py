"""The check of generator_loss."""

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor
from gm_ref.checks.minimax.oracles import (
    STABLE,
    expect_generator_loss,
    far_logits,
    log_sigmoid,
    logits,
    plain,
    sure_logits,
)


@check(probes=[logits, sure_logits, far_logits], rows=(), slopes=("fake_logits",), exact=True)
def check_generator_loss(generator_loss: Guarded, draw: Draws) -> None:
    """Probe the mean of -log D, sure discriminators, and the gradient that does not saturate."""
    fake = draw.normal(5) - 0.5
    got = expect_tensor(generator_loss(fake), (), like=fake, name="the loss")
    expect_close(
        got,
        -log_sigmoid(fake).mean(),
        "The loss is not the mean of -log D over the fakes.",
        "D = sigmoid(logit), taken once; this is the non-saturating loss, not the minimax one.",
    )
    expect_close(generator_loss(plain(-200, -200, -200)), 200.0, "For logits of -200 the loss must be 200.", STABLE)
    expect_generator_loss(generator_loss, draw, lambda x: -log_sigmoid(x), lambda d: d - 1, 2550.0)
