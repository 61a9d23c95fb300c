"""The check of discriminator_loss."""

from torch import Tensor

from gm_ref.checks.core import Beside, Draws, Guarded, check, given, wave
from gm_ref.checks.minimax.oracles import FAR_OUT, NO_CLAMP, STABLE, cost, plain, quite_sure

LOW, HIGH = plain(-40, -40), plain(40, 40, 40, 40)


def two_costs(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Return -V from the costs of both batches."""
    return cost(-real_logits) + cost(fake_logits)


@check(
    probes=[
        given(wave(5), wave(3, shift=40) - 0.4),
        given(wave(4) + 1, wave(4, shift=9)) + given(wave(1), wave(1, shift=5) - 3),
        given(plain(200, 200), plain(150, 150, 150)) + given(plain(-200, 200), plain(200, -150, -150)),
        given(plain(-1000, 1000), plain(2000, -1, 3)),
    ],
    rows=(),
    same_dtype=("real_logits", "fake_logits"),
    slopes=("real_logits", "fake_logits"),
    exact=True,
)
def check_discriminator_loss(discriminator_loss: Guarded, draw: Draws) -> None:
    """Probe the real and the fake part alone, the means over unequal batches, sure discriminators, the gradient."""
    beside = Beside(discriminator_loss, two_costs, ["the loss"])
    real, fake = draw.normal(5) + 0.5, draw.normal(3) - 0.3
    beside.at(
        (real, LOW),
        "With fakes that the discriminator surely rejects, the loss is the mean of -log D over the real samples.",
        "D is the sigmoid of the logit, taken once; average over the batch.",
    )
    beside.at(
        (HIGH, fake),
        "With real samples that it surely accepts, the loss is the mean of -log(1 - D) over the fakes.",
        "1 - sigmoid(l) is sigmoid(-l); average over the batch.",
    )
    beside.at(
        (real, fake),
        "The loss is not the sum of its two means.",
        "Each batch is averaged by its own size, then the two means are added, not averaged.",
    )
    beside.at((5 * LOW, 5 * HIGH), "For logits of size 200, all on the wrong side, the loss must be 400.", STABLE)
    beside.at((quite_sure(draw), quite_sure(draw)), "For logits between 4 and 15 in size the loss is off.", NO_CLAMP)
    beside.everywhere((real, fake), [(draw.normal(1), draw.normal(4)), (draw.normal(2), draw.normal(1))])
    for args, kind in (((FAR_OUT, fake), "real"), ((real, FAR_OUT), "fake")):
        beside.at(args, f"For {kind} logits up to 10000 the loss is off.", STABLE)
        beside.slopes(args, STABLE)
    beside.in_float32((FAR_OUT, FAR_OUT))
