"""The check of discriminator_loss."""

from collections.abc import Callable

from torch import Tensor

from gm_ref.checks.core import Draws, Guarded, check, expect_close, expect_tensor, wave
from gm_ref.checks.core.precise import expect_digits, expect_in_float32, expect_slope
from gm_ref.checks.minimax.oracles import FAR_OUT, NO_CLAMP, STABLE, USUAL, log_sigmoid, plain, quite_sure, sigmoid


def _discriminator_loss_unequal(f: Callable) -> Tensor:
    return f(wave(5), wave(3, shift=40) - 0.4)


def _discriminator_loss_equal(f: Callable) -> tuple:
    return f(wave(4) + 1, wave(4, shift=9)), f(wave(1), wave(1, shift=5) - 3)


def _discriminator_loss_sure(f: Callable) -> tuple:
    return f(plain(200, 200), plain(150, 150, 150)), f(plain(-200, 200), plain(200, -150, -150))


def _discriminator_loss_far_out(f: Callable) -> Tensor:
    return f(plain(-1000, 1000), plain(2000, -1, 3))


@check(
    probes=[
        _discriminator_loss_unequal,
        _discriminator_loss_equal,
        _discriminator_loss_sure,
        _discriminator_loss_far_out,
    ],
    rows=(),
    same_dtype=("real_logits", "fake_logits"),
    slopes=("real_logits", "fake_logits"),
    exact=True,
)
def check_discriminator_loss(discriminator_loss: Guarded, draw: Draws) -> None:
    """Probe the real and the fake part alone, the means over unequal batches, sure discriminators, the gradient."""
    low, high = plain(-40, -40), plain(40, 40, 40, 40)
    for b, m in ((5, 3), (1, 4), (2, 1)):
        real, fake = draw.normal(b) + 0.5, draw.normal(m) - 0.3
        expect_tensor(discriminator_loss(real, fake), (), like=real, name="the loss")
        expect_digits(
            discriminator_loss(real, low),
            -log_sigmoid(real).mean(),
            "With fakes that the discriminator surely rejects, the loss is the mean of -log D over the real samples.",
            "D is the sigmoid of the logit, taken once; average over the batch.",
        )
        expect_digits(
            discriminator_loss(high, fake),
            -log_sigmoid(-fake).mean(),
            "With real samples that it surely accepts, the loss is the mean of -log(1 - D) over the fakes.",
            "1 - sigmoid(l) is sigmoid(-l); average over the batch.",
        )
        expect_digits(
            discriminator_loss(real, fake),
            -log_sigmoid(real).mean() - log_sigmoid(-fake).mean(),
            "The loss is not the sum of its two means.",
            "Each batch is averaged by its own size, then the two means are added, not averaged.",
        )
        expect_slope(
            discriminator_loss,
            (real, fake),
            0,
            "the real logits",
            (sigmoid(real) - 1) / b,
            "It is D - 1, divided by the number of real samples.",
        )
        expect_slope(
            discriminator_loss,
            (real, fake),
            1,
            "the fake logits",
            sigmoid(fake) / m,
            "It is D, divided by the number of fake samples.",
        )
    _expect_sure(discriminator_loss, draw)


def _expect_sure(discriminator_loss: Guarded, draw: Draws) -> None:
    sure = discriminator_loss(plain(-200, -200, -200, -200), plain(200, 200))
    expect_close(sure, 400.0, "For logits of size 200, all on the wrong side, the loss must be 400.", STABLE)
    real, fake = quite_sure(draw), quite_sure(draw)
    expect_digits(
        discriminator_loss(real, fake),
        -log_sigmoid(real).mean() - log_sigmoid(-fake).mean(),
        "For logits between 4 and 15 in size the loss is off.",
        NO_CLAMP,
    )
    far, near = FAR_OUT, draw.normal(3)
    expect_close(
        discriminator_loss(far, near),
        2550 - log_sigmoid(-near).mean(),
        "For real logits up to 10000 it is off.",
        STABLE,
    )
    expect_close(
        discriminator_loss(near, far), 2550 - log_sigmoid(near).mean(), "For fake logits up to 10000 it is off.", STABLE
    )
    expect_slope(discriminator_loss, (far, near), 0, "real logits up to 10000", (sigmoid(far) - 1) / 4, STABLE)
    expect_slope(discriminator_loss, (near, far), 1, "fake logits up to 10000", sigmoid(far) / 4, STABLE)
    usual = -log_sigmoid(USUAL).mean() - log_sigmoid(-USUAL).mean()
    expect_in_float32(discriminator_loss(USUAL.float(), USUAL.float()), usual, "In float32 the loss is off.")
    single = discriminator_loss(far.float(), far.float())
    expect_tensor(single, (), like=far.float(), name="the loss in float32")
    expect_in_float32(single, 5100.0, "In float32 the loss is off for logits up to 10000.")
