"""Checks of lesson 41: a layer's log-determinant, couplings both ways, the flow's density, masks, bits per dimension."""

import math
from collections.abc import Callable
from functools import partial
from itertools import product

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal
from torch.func import jacrev, vmap

from gm_ref.checks.core import (
    Draws,
    Guarded,
    check,
    expect,
    expect_alone,
    expect_close,
    expect_raises,
    expect_tensor,
    slope,
    wave,
)
from gm_ref.kit.probes_flow import Bend, Mixing, NormalLogProb, Rescale, ScaleShift, Sinh, Turn

FLAT = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.0], dtype=torch.float64)  # masks for vectors of 5, of 4, and images
EVEN = torch.tensor([0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
IMAGE = (torch.arange(24, dtype=torch.float64) * 5 % 7 < 3).double().reshape(2, 3, 4)


def log_abs_det(f: Callable, x: Tensor, h: float = 1e-3) -> Tensor:
    """Return log |det df/dx| (B,) at x (B, *), by central differences of fourth order, about ten digits."""
    rows = x.flatten(1)
    columns = []
    for k in range(rows.shape[1]):
        step = h * torch.nn.functional.one_hot(torch.tensor(k), rows.shape[1]).double()
        at = [f((rows + j * step).reshape(x.shape)).flatten(1) for j in (1, -1, 2, -2)]
        columns.append((8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * h))
    return torch.linalg.slogdet(torch.stack(columns, dim=2)).logabsdet


def strided(x: Tensor) -> Tensor:
    """Return x with the same values and another layout in memory."""
    return x.transpose(0, -1).contiguous().transpose(0, -1)


def pair(result: object, name: str) -> tuple:
    """Return a result of two parts, or say what came instead."""
    expect(
        isinstance(result, (tuple, list)) and len(result) == 2,
        f"It returned a {type(result).__name__}; two tensors were expected: {name}.",
        "Return both, separated by a comma.",
    )
    return tuple(result)  # type: ignore[arg-type]


def near(got: Tensor, want: Tensor, tolerance: float = 1e-7) -> bool:
    """Say whether got equals want up to the error of finite differences; NaN is never near."""
    return bool(torch.isclose(got.double(), want, rtol=tolerance, atol=tolerance).all())


# log_det_by_autograd -----------------------------------------------------------------------------------------------


def _log_det_bend(f: Callable) -> Tensor:
    return f(Bend(), wave(4, 3))


def _log_det_square(f: Callable) -> Tensor:
    return f(Mixing(), wave(4, 2, 1, 2, shift=3))


def _log_det_large(f: Callable) -> Tensor:
    return f(Rescale(-1e-3, (11, 12)), wave(1, 132))


@check(probes=[_log_det_bend, _log_det_square, _log_det_large])
def check_log_det_by_autograd(log_det_by_autograd: Guarded, draw: Draws) -> None:
    """Probe it on a triangular map, on full Jacobians by finite differences, many dimensions, images, other shapes."""
    x = draw.normal(4, 3)
    got = expect_tensor(log_det_by_autograd(Bend(), x), (4,), like=x, name="log |det|")
    a, b = x[:, 0], x[:, 1]
    expect_close(
        got,
        torch.log(torch.cosh(a)) + torch.sin(a) + b / 2,
        "For a map with a triangular Jacobian, whose determinant is the product of its diagonal, log |det| is off.",
        "One Jacobian for each sample, at that sample; the absolute value of its determinant, then the logarithm.",
    )
    box = draw.normal(3, 2, 1, 2)
    got = expect_tensor(log_det_by_autograd(Mixing(), strided(box)), (3,), like=box, name="log |det|")
    expect(
        near(got, log_abs_det(Mixing(), box), 1e-6),
        "For a map of images in which every entry depends on every entry, log |det| is off.",
        "Flatten a sample's entries: the Jacobian has a row for each output entry and a column for each input entry.",
        f"Finite differences give {log_abs_det(Mixing(), box)[0]:.6g} for the first sample, yours is {got[0]:.6g}.",
    )
    many = draw.normal(1, 132)
    expect_close(
        log_det_by_autograd(Rescale(1e-3, (11, 12)), many),
        torch.full((1,), 132 * math.log(1e-3)),
        "In 132 dimensions, with every entry scaled by 0.001, log |det| must be 132 log 0.001.",
        "The determinant itself underflows to 0: ask torch.linalg for its sign and its logarithm.",
    )
    expect_close(
        log_det_by_autograd(Rescale(-2.0, (1, 3)), x[:1]),
        torch.full((1,), 3 * math.log(2)),
        "A map that turns space over has a negative determinant; log |det| takes its absolute value.",
    )
    expect_tensor(log_det_by_autograd(Bend(), x.float()), (4,), like=x.float(), name="log |det| in float32")


# coupling_forward --------------------------------------------------------------------------------------------------


def _coupling_flat(f: Callable) -> tuple:
    return tuple(f(wave(3, 5), FLAT, ScaleShift()))


def _coupling_square(f: Callable) -> tuple:
    return tuple(f(wave(4, 4, shift=20), EVEN, ScaleShift(-0.5)))


def _coupling_image(f: Callable) -> tuple:
    return tuple(f(wave(2, 2, 3, 4, shift=7), IMAGE, ScaleShift()))


@check(probes=[_coupling_flat, _coupling_square, _coupling_image])
def check_coupling_forward(coupling_forward: Guarded, draw: Draws) -> None:
    """Probe the half that stays, the half that moves, what the network saw, log_det against the Jacobian, gradients."""
    net, x = ScaleShift(), draw.normal(4, 5)
    z, log_det = pair(coupling_forward(x, FLAT, net), "z and log_det")
    z, log_det = expect_tensor(z, (4, 5), like=x, name="z"), expect_tensor(log_det, (4,), like=x, name="log_det")
    expect_close(
        z[:, FLAT == 1],
        x[:, FLAT == 1],
        "Where the mask is 1, entries must pass unchanged.",
        "Scale and shift act only where the mask is 0.",
    )
    s, t = net(x * FLAT)
    expect_close(
        z[:, FLAT == 0],
        (x * s.exp() + t)[:, FLAT == 0],
        "Where the mask is 0, z must be x exp(s) + t.",
        "scale_shift sees x with the entries to be changed set to 0; scale first, then shift.",
    )
    expect_close(
        log_det,
        s[:, FLAT == 0].sum(dim=1),
        "log_det is not the sum of s over the entries that change, one number for each sample.",
        "The Jacobian is triangular, with exp(s) on the diagonal where the mask is 0 and 1 where it is 1.",
    )
    box = draw.normal(2, 2, 3, 4)
    z, log_det = pair(coupling_forward(strided(box), IMAGE, net), "z and log_det")
    z, log_det = expect_tensor(z, (2, 2, 3, 4), name="z"), expect_tensor(log_det, (2,), name="log_det")
    s, t = net(box * IMAGE)
    expect_close(z, torch.where(IMAGE == 1, box, box * s.exp() + t), "For images z is off.")
    expect_close(
        log_det,
        torch.where(IMAGE == 1, 0, s).flatten(1).sum(dim=1),
        "For images log_det is off.",
        "Sum over all axes but the first.",
    )
    _expect_jacobian(coupling_forward, draw.normal(4, 4))
    wide = ScaleShift(9.0)
    z, log_det = coupling_forward(20 * x, FLAT, wide)
    expect_close(
        z, _moved(20 * x, FLAT, wide), "Where the network's scales s are large, z is off.", "No clamp on s or x."
    )
    s = wide(20 * x * FLAT)[0]
    expect_close(log_det, s[:, FLAT == 0].sum(dim=1), "Where the network's scales s are large, log_det is off.")
    expect_alone(coupling_forward, (x, FLAT, net), (0,))
    z, log_det = coupling_forward(x.float(), FLAT.float(), net)
    expect_tensor(z, (4, 5), like=x.float(), name="z in float32")
    expect_tensor(log_det, (4,), like=x.float(), name="log_det in float32")


def _expect_jacobian(coupling_forward: Guarded, x: Tensor) -> None:
    net = ScaleShift(-0.5)
    log_det = expect_tensor(coupling_forward(x, EVEN, net)[1], (len(x),), name="log_det")
    by_differences = log_abs_det(lambda y: _moved(y, EVEN, net), x)
    expect(
        near(log_det, by_differences, 1e-6),
        "With as many samples as entries log_det is not log |det dz/dx|.",
        "Compare it with log_det_by_autograd of your layer; no sum over the batch, no factor.",
        f"For the first sample the Jacobian gives {by_differences[0]:.6g}, yours is {log_det[0]:.6g}.",
    )
    expect_close(
        coupling_forward.gradient(x, EVEN, net),
        slope(lambda y: _moved(y, EVEN, net), x),
        "The gradient of z with respect to x is off.",
        "Gradients flow through the network too: look for detach or no_grad.",
    )
    leaf = x.clone().requires_grad_()
    expect(
        coupling_forward(leaf, EVEN, net)[1].requires_grad,
        "No gradient flows through log_det, so the scales would never be trained.",
        "Look for detach, item or no_grad on the way from s to log_det.",
    )


def _moved(x: Tensor, mask: Tensor, net: Callable) -> Tensor:
    """Return what a coupling layer makes of x, entry by entry."""
    s, t = net(x * mask)
    return torch.where(mask == 1, x, x * s.exp() + t)


# coupling_inverse --------------------------------------------------------------------------------------------------


def _inverse_flat(f: Callable) -> Tensor:
    return f(wave(3, 5), FLAT, ScaleShift())


def _inverse_square(f: Callable) -> Tensor:
    return f(wave(4, 4, shift=20), EVEN, ScaleShift(-0.5))


def _inverse_image(f: Callable) -> Tensor:
    return f(wave(2, 2, 3, 4, shift=7), IMAGE, ScaleShift())


@check(probes=[_inverse_flat, _inverse_square, _inverse_image])
def check_coupling_inverse(coupling_inverse: Guarded, draw: Draws) -> None:
    """Probe the half that stayed, the half that is undone, the way there and back, images, gradients."""
    net, x = ScaleShift(), draw.normal(4, 5)
    z = _moved(x, FLAT, net)
    got = expect_tensor(coupling_inverse(z, FLAT, net), (4, 5), like=z, name="x")
    expect_close(
        got[:, FLAT == 1],
        z[:, FLAT == 1],
        "Where the mask is 1, entries must pass unchanged.",
        "Forward left them alone, so the inverse does.",
    )
    expect_close(
        got,
        x,
        "It does not give back the x that a coupling layer mapped to z.",
        "The entries that passed unchanged are the same in x and z: give the network these alone, then undo the shift and the scale in the opposite order.",
    )
    for box, mask in ((draw.normal(2, 2, 3, 4), IMAGE), (draw.normal(4, 4), EVEN)):
        mapped = _moved(box, mask, net)
        claim = f"For z of shape {tuple(box.shape)} it does not give back x."
        expect_close(coupling_inverse(strided(mapped), mask, net), box, claim)
    gradient = coupling_inverse.gradient(z, FLAT, net)
    there = slope(lambda u: torch.where(FLAT == 1, u, (u - net(u * FLAT)[1]) / net(u * FLAT)[0].exp()), z)
    expect_close(gradient, there, "The gradient of x with respect to z is off.", "Look for detach or no_grad.")
    wide = ScaleShift(9.0)
    expect_close(
        coupling_inverse(_moved(20 * x, FLAT, wide), FLAT, wide),
        20 * x,
        "Where the network's scales s are large, it does not give back x.",
        "No clamp on s: forward has none.",
    )
    expect_alone(coupling_inverse, (z, FLAT, net), (0,))
    expect_tensor(coupling_inverse(z.float(), FLAT.float(), net), (4, 5), like=z.float(), name="x in float32")


# flow_log_prob, flow_sample ----------------------------------------------------------------------------------------

A2 = torch.tensor([[0.3, 1.4], [0.9, -0.5]], dtype=torch.float64)  # det -1.41: it turns the plane over
B2 = torch.tensor([[0.8, -0.3], [0.5, 1.9]], dtype=torch.float64)
SHIFT2 = torch.tensor([0.4, -0.7], dtype=torch.float64)


def stack() -> list:
    """Return three layers of the plane no two of which commute."""
    return [Turn(A2, SHIFT2), Sinh(-0.6, 0.3), Turn(B2, -2 * SHIFT2)]


def _log_prob_plane(f: Callable) -> Tensor:
    return f(wave(3, 2), stack(), NormalLogProb(0.3, 1.7))


def _log_prob_pairs(f: Callable) -> Tensor:
    return f(wave(2, 2, shift=6), stack()[:2], NormalLogProb(-0.4, 0.6))


def _log_prob_image(f: Callable) -> Tensor:
    return f(wave(3, 1, 2, 2, shift=8), [Sinh(0.7, 0.2), Sinh(-1.2, -0.3)], NormalLogProb(0.2, 2.1))


def _log_prob_slope(f: Callable) -> Tensor:
    return slope(f, wave(2, 2, shift=2), stack(), NormalLogProb(0.3, 1.7))


@check(probes=[_log_prob_plane, _log_prob_pairs, _log_prob_image, _log_prob_slope])
def check_flow_log_prob(flow_log_prob: Guarded, draw: Draws) -> None:
    """Probe one layer, affine stacks against a Gaussian, curved ones against the Jacobian, the integral, gradients."""
    x, base = draw.normal(4, 2), NormalLogProb(0.3, 1.7)
    got = expect_tensor(flow_log_prob(x, [], base), (4,), like=x, name="log p(x)")
    expect_close(got, base(x), "A flow without layers is its base density.")
    expect_close(
        flow_log_prob(x, [Turn(A2, SHIFT2)], base),
        _affine(A2, SHIFT2, base).log_prob(x),
        "With one affine layer, p(x) must be the density of a Gaussian.",
        "forward runs from x to z and gives log |det dz/dx|: it is added to log p(z), the base's log-density at z, not at x.",
    )
    expect_close(
        flow_log_prob(x, [Turn(A2, SHIFT2), Turn(B2, -SHIFT2)], base),
        _affine(B2 @ A2, B2 @ SHIFT2 - SHIFT2, base).log_prob(x),
        "With two affine layers, p(x) must be the density of a Gaussian.",
        "The layers run in order, each on what the one before gave; all their log-dets are added.",
    )

    def through(y: Tensor) -> Tensor:
        for layer in stack():
            y = layer.forward(y)[0]
        return y

    want = base(through(x)) + log_abs_det(through, x, 1e-4)
    got = expect_tensor(flow_log_prob(strided(x), stack(), base), (4,), name="log p(x)")
    expect(
        near(got, want, 1e-5),
        "With three layers, one of them curved, log p(x) is off.",
        "log p(z) plus the sum of the layers' log-dets, one number for each sample.",
        f"By the Jacobian of all layers together it is {want[0]:.6g} for the first sample, yours is {got[0]:.6g}.",
    )
    line = torch.linspace(-8, 8, 401, dtype=torch.float64)[:, None]
    total = torch.exp(flow_log_prob(line, [Sinh(0.8, 0.2), Sinh(0.9, -0.1)], base)).sum() * 0.04
    expect_close(total, 1.0, "The density does not integrate to one over x.", name="the integral")
    expect_close(
        flow_log_prob(40 * x, [Turn(A2, SHIFT2)], base),
        _affine(A2, SHIFT2, base).log_prob(40 * x),
        "Far out log p(x) is off.",
        "No clamp: it is very negative there, and finite.",
    )
    _expect_samples_alone(flow_log_prob, draw.normal(3, 1, 2, 2), base)
    _expect_flow_slope(flow_log_prob, x, base)
    expect_tensor(flow_log_prob(x.float(), stack(), base), (4,), like=x.float(), name="log p(x) in float32")


def _affine(A: Tensor, shift: Tensor, base: NormalLogProb) -> MultivariateNormal:
    """Return the Gaussian of x when z = A x + shift has the base density."""
    return MultivariateNormal(torch.linalg.solve(A, base.m - shift), precision_matrix=A.T @ A / base.s2)


def _expect_samples_alone(flow_log_prob: Guarded, images: Tensor, base: Callable) -> None:
    layers = [Sinh(0.7, 0.2), Sinh(-1.2, -0.3)]
    rows = torch.cat([expect_tensor(flow_log_prob(row[None], layers, base), (1,)) for row in images])
    got = expect_tensor(flow_log_prob(images, layers, base), (3,), name="log p(x) of images")
    expect_close(
        got,
        rows,
        "A sample's log p(x) changes when it stands in a batch with others.",
        "Nothing is summed or averaged over the batch.",
    )


def _expect_flow_slope(flow_log_prob: Guarded, x: Tensor, base: Callable) -> None:
    def through(point: Tensor) -> Tensor:
        for layer in stack():
            point = layer.forward(point[None])[0][0]
        return point

    def right(y: Tensor) -> Tensor:
        return base(vmap(through)(y)) + torch.linalg.slogdet(vmap(jacrev(through))(y)).logabsdet

    expect_close(
        flow_log_prob.gradient(x, stack(), base),
        slope(right, x),
        "The gradient of log p(x) with respect to x is off.",
        "Gradients flow through z and through the log-dets: look for detach or no_grad.",
    )


def _sample_plane(f: Callable) -> Tensor:
    return f(wave(3, 2), stack())


def _sample_square(f: Callable) -> Tensor:
    return f(wave(2, 2, shift=5), [Sinh(-0.6, 0.3), Turn(B2, SHIFT2)])


def _sample_image(f: Callable) -> Tensor:
    return f(wave(2, 1, 2, 3, shift=9), [Sinh(0.7, 0.2), Sinh(-1.2, -0.3), Sinh(0.4, 0.6)])


@check(probes=[_sample_plane, _sample_square, _sample_image])
def check_flow_sample(flow_sample: Guarded, draw: Draws) -> None:
    """Probe no layer, one layer, the way there and back through three, images, the gradient."""
    z = draw.normal(4, 2)
    got = expect_tensor(flow_sample(z, []), (4, 2), like=z, name="x")
    expect_close(got, z, "A flow without layers gives z itself.")
    expect_close(
        flow_sample(z, [Turn(A2, SHIFT2)]),
        torch.linalg.solve(A2, (z - SHIFT2).T).T,
        "With one layer, x must be the layer's inverse of z.",
        "forward runs from x to z; samples run the other way.",
    )
    for x, layers in ((draw.normal(4, 2), stack()), (draw.normal(2, 2), stack()[1:])):
        z = x
        for layer in layers:
            z = layer.forward(z)[0]
        expect_close(
            flow_sample(strided(z), layers),
            x,
            "It does not give back the x that the layers mapped to z.",
            "The layer that came last on the way from x to z is undone first, and every layer is undone once.",
        )
    images, layers = draw.normal(2, 1, 2, 3), [Sinh(0.7, 0.2), Sinh(-1.2, -0.3)]
    mapped = layers[1].forward(layers[0].forward(images)[0])[0]
    expect_close(flow_sample(mapped, layers), images, "For images it does not give back x.")
    expect_close(
        flow_sample.gradient(mapped, layers),
        slope(lambda u: layers[0].inverse(layers[1].inverse(u)), mapped),
        "The gradient of x with respect to z is off.",
        "Look for detach or no_grad.",
    )
    expect_alone(flow_sample, (mapped, layers), (0,))
    expect_tensor(flow_sample(z.float(), stack()), tuple(z.shape), like=z.float(), name="x in float32")


# checkerboard_mask, channel_mask -----------------------------------------------------------------------------------


def holds_decimals(mask: Tensor) -> Tensor:
    """Return 1 for a mask of floating-point numbers, else 0."""
    return torch.tensor(float(mask.is_floating_point()))


def refused(f: Callable, *args: object) -> Tensor:
    """Return 1 where f refuses these arguments with ValueError, else 0."""
    try:
        f(*args)
    except ValueError:
        return torch.tensor(1.0)
    return torch.tensor(0.0)


def _checkerboard(f: Callable) -> tuple:
    return f(3, 4), f(4, 3), f(2, 2)


def _checkerboard_kind(f: Callable) -> Tensor:
    return holds_decimals(f(2, 3))


@check(probes=[_checkerboard, _checkerboard_kind])
def check_checkerboard_mask(checkerboard_mask: Guarded, draw: Draws) -> None:
    """Probe the first entry, neighbours, diagonals, odd and even sizes, the kind of number."""
    more = int(draw.steps(4, 1))
    for height, width in ((3, 4), (4, 3), (4, 4), (5, 5), (1, 2), (6 + more, 5)):
        mask = expect_tensor(checkerboard_mask(height, width), (1, height, width), name="the mask")
        expect(
            mask.is_floating_point(),
            f"The mask is of {str(mask.dtype)[6:]}; it must be of floating-point numbers, since layers compute 1 - mask.",
            "Convert it at the end.",
        )
        expect(bool(((mask == 0) | (mask == 1)).all()), "The mask must hold 0 and 1 only.")
        expect(float(mask[0, 0, 0]) == 0, "Entry [0, 0, 0] must be 0: row + column is 0 there, which is even.")
        right, down = mask.diff(dim=2).abs(), mask.diff(dim=1).abs()
        expect(
            bool((right == 1).all()) and bool((down == 1).all()),
            f"In the mask of height {height} and width {width} two neighbours are alike.",
            "The mask changes with every step to the right and with every step down: it depends on row + column.",
        )


def _channel(f: Callable) -> tuple:
    return f(4), f(6), f(2)


def _channel_kind(f: Callable) -> tuple:
    return holds_decimals(f(4)), refused(f, 5)


@check(probes=[_channel, _channel_kind])
def check_channel_mask(channel_mask: Guarded, draw: Draws) -> None:
    """Probe several sizes entry by entry, the kind of number, and odd numbers of channels."""
    for channels in (2, 4, 6, 12 + 2 * int(draw.steps(5, 1))):
        mask = expect_tensor(channel_mask(channels), (channels, 1, 1), name="the mask")
        expect(
            mask.is_floating_point(),
            f"The mask is of {str(mask.dtype)[6:]}; it must be of floating-point numbers, since layers compute 1 - mask.",
            "Convert it at the end.",
        )
        half = channels // 2
        want = torch.tensor([1.0] * half + [0.0] * half).reshape(channels, 1, 1)
        claim = f"For {channels} channels the mask must be 1 for the first half and 0 for the rest."
        expect_close(mask, want, claim, "1 marks the channels that pass unchanged: the first half.")
    for odd in (1, 3, 7):
        expect_raises(
            partial(channel_mask, odd),
            ValueError,
            f"For channels = {odd}, which has no half, it must raise ValueError.",
            "Say in the error what came in and what to give.",
        )


# squeeze, unsqueeze ------------------------------------------------------------------------------------------------


def _squeeze(f: Callable) -> Tensor:
    return f(wave(2, 3, 4, 2))


def _squeeze_square(f: Callable) -> Tensor:
    return f(wave(1, 4, 4, 2, shift=4))


def _squeeze_odd(f: Callable) -> tuple:
    return refused(f, wave(1, 1, 2, 5)), refused(f, wave(1, 1, 3, 2))


@check(probes=[_squeeze, _squeeze_square, _squeeze_odd])
def check_squeeze(squeeze: Guarded, draw: Draws) -> None:
    """Probe where each entry goes, one by one; equal sizes; odd sizes; the gradient."""
    for B, C, H, W in ((2, 3, 4, 6), (1, 1, 2, 2), (4, 4, 4, 4)):
        x = draw.normal(B, C, H, W)
        z = expect_tensor(squeeze(strided(x)), (B, 4 * C, H // 2, W // 2), like=x, name="the result")
        want = torch.empty_like(z)
        for c, dy, dx in product(range(C), range(2), range(2)):
            for i, j in product(range(H // 2), range(W // 2)):
                want[:, 4 * c + 2 * dy + dx, i, j] = x[:, c, 2 * i + dy, 2 * j + dx]
        expect_close(
            z,
            want,
            f"For x of shape {(B, C, H, W)} entries are not where they belong.",
            "Channel 4 c + 2 dy + dx at [i, j] is input channel c at row 2 i + dy and column 2 j + dx: neighbours become channels.",
        )
    for shape in ((1, 2, 3, 4), (1, 2, 4, 3)):
        expect_raises(
            partial(squeeze, draw.normal(*shape)),
            ValueError,
            f"Height {shape[2]} and width {shape[3]} cannot both be halved: it must raise ValueError.",
            "Ask for the remainders before anything else.",
        )
    expect_close(squeeze.gradient(x), torch.ones_like(x), "The gradient of the sum must be 1 for every entry.")
    expect_tensor(squeeze(x.float()), (4, 16, 2, 2), like=x.float(), name="the result in float32")


def _unsqueeze(f: Callable) -> Tensor:
    return f(wave(2, 8, 1, 3))


def _unsqueeze_square(f: Callable) -> Tensor:
    return f(wave(1, 4, 4, 2, shift=4))


@check(probes=[_unsqueeze, _unsqueeze_square])
def check_unsqueeze(unsqueeze: Guarded, draw: Draws) -> None:
    """Probe where each entry goes, one by one; equal sizes; the gradient."""
    for B, C, H, W in ((2, 3, 2, 3), (1, 1, 1, 1), (4, 1, 4, 4)):
        x = draw.normal(B, 4 * C, H, W)
        out = expect_tensor(unsqueeze(strided(x)), (B, C, 2 * H, 2 * W), like=x, name="the result")
        want = torch.empty_like(out)
        for c, dy, dx in product(range(C), range(2), range(2)):
            for i, j in product(range(H), range(W)):
                want[:, c, 2 * i + dy, 2 * j + dx] = x[:, 4 * c + 2 * dy + dx, i, j]
        expect_close(
            out,
            want,
            f"For x of shape {(B, 4 * C, H, W)} entries are not where they belong.",
            "Channels 4 c, 4 c + 1, 4 c + 2, 4 c + 3 at [i, j] are the 2 x 2 block of channel c at row 2 i and column 2 j, row by row.",
        )
    expect_close(unsqueeze.gradient(x), torch.ones_like(x), "The gradient of the sum must be 1 for every entry.")
    expect_tensor(unsqueeze(x.float()), (4, 1, 8, 8), like=x.float(), name="the result in float32")


# dequantize --------------------------------------------------------------------------------------------------------


def _dequantize(f: Callable) -> tuple:
    x_int = torch.tensor([[0, 5, 16], [16, 9, 1]])
    return f(x_int, wave(2, 3).abs() / 2, 17), f(x_int, wave(2, 3, shift=5).abs() / 2, 256)


@check(probes=[_dequantize])
def check_dequantize(dequantize: Guarded, draw: Draws) -> None:
    """Probe the grid without noise, the noise's share, both together, both kinds of whole numbers, the dtype."""
    levels = 17
    x_int = (draw.uniform(3, 1, 4, 2) * levels).long()
    u, zero = draw.uniform(3, 1, 4, 2), torch.zeros(3, 1, 4, 2, dtype=torch.float64)
    got = expect_tensor(dequantize(x_int, u, levels), (3, 1, 4, 2), like=u, name="x")
    expect_close(
        dequantize(x_int, zero, levels),
        x_int.double() / 17,
        "With u = 0, level k of 17 must be at k / 17.",
        "There are `levels` levels, 0 .. levels - 1, and each owns an interval of length 1 / levels.",
    )
    expect_close(
        dequantize(0 * x_int, u, levels),
        u / 17,
        "Level 0 must spread over [0, 1 / levels) as u runs over [0, 1).",
        "One level's noise must fill its own interval and no other.",
    )
    expect_close(got, (x_int.double() + u) / 17, "x is not (x_int + u) / levels.")
    expect(
        bool((torch.floor(got * 17) == x_int).all()),
        "The grey level can no longer be read off: floor(levels x) differs.",
    )
    bytes_in = (draw.uniform(2, 5) * 256).to(torch.uint8)
    u = draw.uniform(2, 5)
    expect_close(dequantize(bytes_in, u, 256), (bytes_in.double() + u) / 256, "For 256 levels of uint8 x is off.")
    expect_alone(dequantize, (bytes_in, u, 256), (0, 1))
    expect_tensor(dequantize(bytes_in, u.float(), 256), (2, 5), like=u.float(), name="x for u in float32")


# logit_transform, logit_inverse ------------------------------------------------------------------------------------


def _logit(f: Callable) -> tuple:
    return tuple(f(wave(2, 3).abs() / 2, 0.05)) + tuple(f(wave(3, 3, shift=5).abs() / 2, 0.2))


def _logit_ends(f: Callable) -> tuple:
    return tuple(f(torch.tensor([[0.0, 1.0, 0.3], [1.0, 1.0, 0.6]]).double(), 0.05))


def _logit_image(f: Callable) -> tuple:
    return tuple(f(wave(2, 1, 2, 3, shift=9).abs() / 2, 0.05))


@check(probes=[_logit, _logit_ends, _logit_image])
def check_logit_transform(logit_transform: Guarded, draw: Draws) -> None:
    """Probe y by its sigmoid, both ends, log_det by the Jacobian, one number a sample, gradients."""
    x, alpha = draw.uniform(4, 3), 0.05
    y, log_det = pair(logit_transform(x, alpha), "y and log_det")
    y, log_det = expect_tensor(y, (4, 3), like=x, name="y"), expect_tensor(log_det, (4,), like=x, name="log_det")
    expect_close(
        1 / (1 + torch.exp(-y)),
        0.05 + 0.9 * x,
        "The sigmoid of y is not alpha + (1 - 2 alpha) x.",
        "First shrink [0, 1] to [alpha, 1 - alpha], then take the logit, log p - log(1 - p).",
    )
    ends, _ = logit_transform(torch.tensor([[0.0, 1.0]], dtype=torch.float64), 0.01)
    expect_close(ends, torch.tensor([[-math.log(99), math.log(99)]]), "At x = 0 and x = 1, y is off.")
    expect_close(
        log_det,
        sum_of_slopes(lambda v: _logit_of(v, alpha), x),
        "log_det is not log |det dy/dx|.",
        "y depends on x entry by entry: sum log dy/dx over the entries, including the log(1 - 2 alpha) of the shrinking.",
    )
    box = draw.uniform(3, 2, 2, 3)
    y, log_det = pair(logit_transform(strided(box), 0.2), "y and log_det")
    expect_close(y, _logit_of(box, 0.2), "For images y is off.")
    expect_close(
        log_det,
        sum_of_slopes(lambda v: _logit_of(v, 0.2), box),
        "For images, or another alpha, log_det is off.",
        "Sum over all axes but the first; log(1 - 2 alpha) comes once for each entry.",
    )
    _expect_gradients(logit_transform, x, 0.9 / ((0.05 + 0.9 * x) * (0.95 - 0.9 * x)))
    expect_alone(logit_transform, (x, alpha), (0,))
    y, log_det = logit_transform(x.float(), alpha)
    expect_tensor(y, (4, 3), like=x.float(), name="y in float32")
    expect_tensor(log_det, (4,), like=x.float(), name="log_det in float32")


def _expect_gradients(f: Guarded, at: Tensor, want: Tensor) -> None:
    expect_close(f.gradient(at, 0.05), want, "The gradient is off.", "Look for detach or clamp.")
    expect(
        f(at.clone().requires_grad_(), 0.05)[1].requires_grad,
        "No gradient flows through log_det.",
        "Look for detach, item or no_grad.",
    )


def _logit_of(x: Tensor, alpha: float) -> Tensor:
    return torch.logit(alpha + (1 - 2 * alpha) * x)


def sum_of_slopes(f: Callable, x: Tensor) -> Tensor:
    """Return the sum of log f'(x) over the entries of each sample, (B,), for a map that acts on each entry alone."""
    return torch.log(slope(f, x)).flatten(1).sum(dim=1)


def _back(f: Callable) -> tuple:
    return tuple(f(2 * wave(2, 3), 0.05)) + tuple(f(wave(3, 3, shift=5), 0.2))


def _back_far(f: Callable) -> tuple:
    return tuple(f(torch.tensor([[-800.0, 1.0], [0.5, 800.0]]).double(), 0.05))


def _back_image(f: Callable) -> tuple:
    return tuple(f(wave(2, 1, 2, 3, shift=9), 0.05))


@check(probes=[_back, _back_far, _back_image])
def check_logit_inverse(logit_inverse: Guarded, draw: Draws) -> None:
    """Probe the way there and back, log_det by the Jacobian, y far out, gradients."""
    x, alpha = draw.uniform(4, 3), 0.05
    y = _logit_of(x, alpha)
    got, log_det = pair(logit_inverse(y, alpha), "x and log_det")
    got, log_det = expect_tensor(got, (4, 3), like=y, name="x"), expect_tensor(log_det, (4,), like=y, name="log_det")
    expect_close(
        got,
        x,
        "It does not give back the x that was transformed to y.",
        "The sigmoid undoes the logit; then undo the shrinking: subtract alpha, divide by 1 - 2 alpha.",
    )
    expect_close(
        log_det,
        sum_of_slopes(lambda v: (1 / (1 + torch.exp(-v)) - 0.05) / 0.9, y),
        "log_det is not log |det dx/dy|, of this direction.",
        "Sum log dx/dy over the entries: the slope of the sigmoid, and 1 / (1 - 2 alpha) for each entry.",
    )
    box = draw.normal(3, 2, 2, 3)
    back, log_det = pair(logit_inverse(strided(box), 0.2), "x and log_det")
    there = lambda v: (1 / (1 + torch.exp(-v)) - 0.2) / 0.6  # noqa: E731
    expect_close(back, there(box), "For images x is off.")
    expect_close(
        log_det,
        sum_of_slopes(there, box),
        "For images, or another alpha, log_det is off.",
        "Sum over all axes but the first; log(1 - 2 alpha) comes once for each entry.",
    )
    far = logit_inverse(torch.tensor([[-800.0, 800.0]], dtype=torch.float64), alpha)[1]
    expect_close(
        far,
        torch.full((1,), -1600 - 2 * math.log(0.9)),
        "For y of size 800 log_det must stay finite.",
        "There the sigmoid is exactly 0 or 1 in floating point: take the logarithm of its slope from y itself.",
    )
    expect_alone(logit_inverse, (y, alpha), (0,))
    share = 1 / (1 + torch.exp(-y))
    _expect_gradients(logit_inverse, y, share * (1 - share) / 0.9)
    back, log_det = logit_inverse(y.float(), alpha)
    expect_tensor(back, (4, 3), like=y.float(), name="x in float32")
    expect_tensor(log_det, (4,), like=y.float(), name="log_det in float32")


# bits_per_dim ------------------------------------------------------------------------------------------------------


def _bits(f: Callable) -> tuple:
    return f(20 * wave(3), (2, 3, 5), 17), f(20 * wave(4, shift=3), (1, 2, 2), 256)


@check(probes=[_bits])
def check_bits_per_dim(bits_per_dim: Guarded, draw: Draws) -> None:
    """Probe the uniform model, one bit more for half the density, colour, other numbers of levels, the gradient."""
    log_prob, shape = 900 * draw.normal(5), (3, 4, 2)
    got = expect_tensor(bits_per_dim(log_prob, shape, 17), (5,), like=log_prob, name="bits per dimension")
    zero = torch.zeros(4, dtype=torch.float64)
    for levels, bits in ((256, 8.0), (16, 4.0), (2, 1.0)):
        expect_close(
            bits_per_dim(zero, shape, levels),
            torch.full((4,), bits),
            f"A model that is uniform over [0, 1) gives each of {levels} levels the same probability, so it costs {bits:g} bits.",
            "A level's probability is its density times the width of its interval, 1 / levels.",
        )
    expect_close(
        bits_per_dim(zero - 24 * math.log(2), shape, 256),
        torch.full((4,), 9.0),
        "With a density of 1/2 in each of the 3 x 4 x 2 dimensions, each costs one bit more than with density 1: 9 bits.",
        "log_prob is in nats and belongs to all dimensions, channels included; more probable is cheaper.",
    )
    likelihood = log_prob - 24 * math.log(17)
    expect_close(
        got,
        -likelihood / (24 * math.log(2)),
        "Bits per dimension are off.",
        "Minus the log-probability of the grey levels, in bits, over the number of dimensions; each sample by itself.",
    )
    expect_close(
        bits_per_dim.gradient(log_prob, shape, 17),
        torch.full((5,), -1 / (24 * math.log(2))),
        "The gradient with respect to log_prob is off.",
    )
    expect_alone(bits_per_dim, (log_prob, shape, 17), (0,))
    expect_tensor(bits_per_dim(log_prob.float(), shape, 17), (5,), like=log_prob.float(), name="the result in float32")
