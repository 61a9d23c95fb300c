"""Checks of lesson 41: a layer's log-determinant, couplings both ways, the flow's density, masks, bits per dimension."""

import math
from collections.abc import Callable
from functools import partial
from itertools import product

import torch
from torch import Tensor, nn

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
from gm_ref.checks.realnvp_oracles import (
    A2,
    B2,
    EVEN,
    FACTORS,
    FAR,
    FLAT,
    IMAGE,
    SHIFT2,
    WIDE,
    affine,
    compared,
    log_abs_det,
    logit_of,
    moved,
    near,
    stack,
    strided,
    sum_of_slopes,
    undone,
)
from gm_ref.kit.probes_flow import Bend, Mixing, NormalLogProb, Rescale, ScaleShift, Sinh, Spin, Stretch, Turn


def pair(result: object, name: str) -> tuple:
    """Return a result of two parts, or say what came instead."""
    expect(
        isinstance(result, (tuple, list)) and len(result) == 2,
        f"It returned a {type(result).__name__}; two tensors were expected: {name}.",
        "Return both, separated by a comma.",
    )
    return tuple(result)  # type: ignore[arg-type]


def expect_single(got: object, want: Tensor, like: Tensor, name: str) -> None:
    """Raise a Problem unless got is float32 and equals want as far as float32 goes."""
    got = expect_tensor(got, tuple(want.shape), like=like, name=f"{name} in float32")
    expect(
        near(got, want.double(), 4e-5),
        f"In float32 {name} is off.",
        "In float64 it is right: look for a constant that float32 cannot hold, or a conversion by hand.",
    )


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
    bent = torch.log(torch.cosh(a)) + torch.sin(a) + b / 2
    expect_close(
        got,
        bent,
        "For a map with a triangular Jacobian, whose determinant is the product of its diagonal, log |det| is off.",
        "One Jacobian for each sample, at that sample; the absolute value of its determinant, then the logarithm.",
    )
    box = draw.normal(3, 2, 1, 2)
    got = expect_tensor(log_det_by_autograd(Mixing(), strided(box)), (3,), like=box, name="log |det|")
    expect(
        near(got, log_abs_det(Mixing(), box), 1e-6),
        "For a map of images in which every entry depends on every entry, log |det| is off.",
        "Flatten a sample's entries: the Jacobian has a row for each output entry and a column for each input entry.",
        compared("finite differences give", got, log_abs_det(Mixing(), box)),
    )
    many = draw.normal(1, 42)
    for factor, limit in ((1e-9, "underflows to 0"), (1e9, "overflows to infinity")):
        expect_close(
            log_det_by_autograd(Rescale(factor, (6, 7)), many),
            torch.full((1,), 42 * math.log(factor)),
            f"In 42 dimensions, with every entry scaled by {factor:g}, log |det| must be 42 log {factor:g}.",
            f"The determinant itself {limit}: ask torch.linalg for its sign and its logarithm.",
        )
    expect_close(
        log_det_by_autograd(Spin(1.001), x[:, :2]),
        torch.full((4,), 2 * math.log(1.001)),
        "For a map that turns the plane and stretches it by 1.001, log |det| must be 2 log 1.001.",
        "The eigenvalues of a rotation are complex: the determinant is the product of them as they are.",
    )
    expect_close(
        log_det_by_autograd(Rescale(-2.0, (1, 3)), x[:1]),
        torch.full((1,), 3 * math.log(2)),
        "A map that turns space over has a negative determinant; log |det| takes its absolute value.",
    )
    expect_single(log_det_by_autograd(Bend(), x.float()), bent, x.float(), "log |det|")


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
    _expect_far(coupling_forward)
    expect_alone(coupling_forward, (x, FLAT, net), (0,))
    z, log_det = coupling_forward(x.float(), FLAT.float(), net)
    expect_single(z, moved(x, FLAT, net), x.float(), "z")
    expect_single(log_det, net(x * FLAT)[0][:, FLAT == 0].sum(dim=1), x.float(), "log_det")


def _expect_far(coupling_forward: Guarded) -> None:
    z, log_det = coupling_forward(FAR, FLAT, WIDE)
    expect_close(z, moved(FAR, FLAT, WIDE), "Where x and the scales s are large, z is off.", "No clamp on s, x or z.")
    s = WIDE(FAR * FLAT)[0]
    expect_close(
        log_det,
        s[:, FLAT == 0].sum(dim=1),
        "Where the network's scales s are large, log_det is off.",
        "Add up s itself: the factors exp(s), and their product, leave the range of floating point.",
    )
    box, low = wave(2, 2, 3, 4), ScaleShift(0.7, -60.0)
    expect_close(
        coupling_forward(box, IMAGE, low)[1],
        low(box * IMAGE)[0].flatten(1)[:, IMAGE.flatten() == 0].sum(dim=1),
        "Where many entries are scaled down, log_det is off.",
        "Add up s itself: the product of the factors exp(s) underflows to 0.",
    )


def _expect_jacobian(coupling_forward: Guarded, x: Tensor) -> None:
    net = ScaleShift(-0.5)
    log_det = expect_tensor(coupling_forward(x, EVEN, net)[1], (len(x),), name="log_det")
    by_differences = log_abs_det(lambda y: moved(y, EVEN, net), x)
    expect(
        near(log_det, by_differences, 1e-6),
        "With as many samples as entries log_det is not log |det dz/dx|.",
        "Compare it with log_det_by_autograd of your layer; no sum over the batch, no factor.",
        compared("the Jacobian gives", log_det, by_differences),
    )
    expect_close(
        coupling_forward.gradient(x, EVEN, net),
        slope(lambda y: moved(y, EVEN, net), x),
        "The gradient of z with respect to x is off.",
        "Gradients flow through the network too: look for detach or no_grad.",
    )
    leaf = x.clone().requires_grad_()
    expect(
        coupling_forward(leaf, EVEN, net)[1].requires_grad,
        "No gradient flows through log_det, so the scales would never be trained.",
        "Look for detach, item or no_grad on the way from s to log_det.",
    )


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
    z = moved(x, FLAT, net)
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
        mapped = moved(box, mask, net)
        claim = f"For z of shape {tuple(box.shape)} it does not give back x."
        expect_close(coupling_inverse(strided(mapped), mask, net), box, claim)
    gradient = coupling_inverse.gradient(z, FLAT, net)
    there = slope(lambda u: undone(u, FLAT, net), z)
    expect_close(gradient, there, "The gradient of x with respect to z is off.", "Look for detach or no_grad.")
    far = undone(FAR, FLAT, WIDE)
    expect_close(
        expect_tensor(coupling_inverse(FAR, FLAT, WIDE), (4, 5), name="x") / far,
        torch.ones(4, 5),
        "Where z and the scales s are large, x is off.",
        "No clamp on s, z or x, and no small number beside exp(s): forward has none.",
    )
    expect_alone(coupling_inverse, (z, FLAT, net), (0,))
    expect_single(coupling_inverse(z.float(), FLAT.float(), net), x, z.float(), "x")


# flow_log_prob, flow_sample ----------------------------------------------------------------------------------------


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
        flow_log_prob(x, (Turn(A2, SHIFT2),), base),
        affine(A2, SHIFT2, base).log_prob(x),
        "With one affine layer, p(x) must be the density of a Gaussian.",
        "forward runs from x to z and gives log |det dz/dx|: it is added to log p(z), the base's log-density at z, not at x.",
    )
    expect_close(
        flow_log_prob(x, nn.ModuleList([Turn(A2, SHIFT2), Turn(B2, -SHIFT2)]), base),
        affine(B2 @ A2, B2 @ SHIFT2 - SHIFT2, base).log_prob(x),
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
        compared("the Jacobian of all layers together gives", got, want),
    )
    line = torch.linspace(-8, 8, 401, dtype=torch.float64)[:, None]
    total = torch.exp(flow_log_prob(line, [Sinh(0.8, 0.2), Sinh(0.9, -0.1)], base)).sum() * 0.04
    expect_close(total, 1.0, "The density does not integrate to one over x.", name="the integral")
    _expect_extremes(flow_log_prob, x)
    _expect_samples_alone(flow_log_prob, draw.normal(3, 1, 2, 2), base)
    _expect_flow_slope(flow_log_prob, x, base)
    flat = affine(B2 @ A2, B2 @ SHIFT2 - 2 * SHIFT2, base).log_prob(x)
    expect_single(flow_log_prob(x.float(), stack()[::2], base), flat, x.float(), "log p(x)")


def _expect_extremes(flow_log_prob: Guarded, x: Tensor) -> None:
    base, far, wide = NormalLogProb(0.3, 1.7), 4000 * x, NormalLogProb(0.3, 1e60)
    expect_close(
        flow_log_prob(far, [Turn(A2, SHIFT2)], base),
        affine(A2, SHIFT2, base).log_prob(far),
        "Far out log p(x) is off.",
        "No clamp: it is very negative there, and finite.",
    )
    expect_close(
        flow_log_prob(x, [Turn(1e30 * A2, SHIFT2)], wide),
        affine(A2, 1e-30 * SHIFT2, NormalLogProb(0.3e-30, 1.0)).log_prob(x),
        "Where a log-det is large log p(x) is off.",
        "Add the log-dets up in the dtype of x: a total that begins as float32 zeros and grows in place stays float32.",
    )


def _expect_samples_alone(flow_log_prob: Guarded, images: Tensor, base: Callable) -> None:
    layers = [Sinh(0.7, 0.2), Stretch(FACTORS, (4, 1, 1)), Sinh(-1.2, -0.3)]
    rows = torch.cat([expect_tensor(flow_log_prob(row[None], layers, base), (1,)) for row in images])
    got = expect_tensor(flow_log_prob(images, layers, base), (3,), name="log p(x) of images")
    expect_close(
        got,
        rows,
        "A sample's log p(x) changes when it stands in a batch with others.",
        "Nothing is summed or averaged over the batch.",
    )
    log_slopes = (FACTORS.abs().log() + math.log(0.7) + torch.log(torch.cosh(0.7 * (images + 0.2)))).flatten(1)
    z = (FACTORS * torch.sinh(0.7 * (images + 0.2))).flatten(1)
    expect_close(
        flow_log_prob(images, layers[:2], base),
        base(z) + log_slopes.sum(dim=1),
        "For images, with a layer that changes their shape, log p(x) is off.",
        "x goes through the layers in the shape that it has; every layer's log_det counts once.",
    )


def _expect_flow_slope(flow_log_prob: Guarded, x: Tensor, base: Callable) -> None:
    def right(y: Tensor) -> Tensor:
        u = -0.6 * (y @ A2.T + SHIFT2 + 0.3)  # the middle layer's: the others' log-dets are the same everywhere
        return base(torch.sinh(u) @ B2.T - 2 * SHIFT2) + torch.log(torch.cosh(u)).sum(dim=1)

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
        flow_sample(z, (Turn(A2, SHIFT2),)),
        torch.linalg.solve(A2, (z - SHIFT2).T).T,
        "With one layer, x must be the layer's inverse of z.",
        "forward runs from x to z; samples run the other way.",
    )
    for x, layers in ((draw.normal(4, 2), nn.ModuleList(stack())), (draw.normal(2, 2), stack()[1:])):
        z = x
        for layer in layers:
            z = layer.forward(z)[0]
        expect_close(
            flow_sample(strided(z), layers),
            x,
            "It does not give back the x that the layers mapped to z.",
            "The layer that came last on the way from x to z is undone first, and every layer is undone once.",
        )
    far = 4000 * draw.normal(4, 2)
    expect_close(
        flow_sample(far, stack()[2:]),
        torch.linalg.solve(B2, (far + 2 * SHIFT2).T).T,
        "Far out x is off.",
        "No clamp: a flow's samples lie wherever its layers put them.",
    )
    images, layers = draw.normal(2, 1, 2, 2), [Sinh(0.7, 0.2), Stretch(FACTORS, (4, 1, 1)), Sinh(-1.2, -0.3)]
    mapped = images
    for layer in layers:
        mapped = layer.forward(mapped)[0]
    expect_close(
        flow_sample(mapped, layers),
        images,
        "For images, with a layer that changes their shape, it does not give back x.",
        "z goes through the layers in the shape that it has.",
    )
    if flow_sample(mapped.clone().requires_grad_(), layers).requires_grad:  # samples may be drawn under no_grad
        expect_close(
            flow_sample.gradient(mapped, layers),
            slope(lambda u: layers[0].inverse(layers[1].inverse(layers[2].inverse(u))), mapped),
            "The gradient of x with respect to z is off.",
            "Look for detach.",
        )
    expect_alone(flow_sample, (mapped, layers), (0,))
    expect_single(flow_sample(mapped.float(), layers), images, z.float(), "x")


# checkerboard_mask, channel_mask -----------------------------------------------------------------------------------


def kind_of(mask: Tensor) -> Tensor:
    """Return 1 for a mask of floating-point numbers, 0 for one of true and false, 2 for whole numbers."""
    return torch.tensor(1.0 if mask.is_floating_point() else 0.0 if mask.dtype is torch.bool else 2.0)


def refused(f: Callable, *args: object) -> Tensor:
    """Return 1 where f refuses these arguments with ValueError, minus the number of entries if it returns any, else 0."""
    try:
        result = f(*args)
    except ValueError:
        return torch.tensor(1.0)
    return torch.tensor(-float(result.numel()) if isinstance(result, Tensor) else 0.0)


def _checkerboard(f: Callable) -> tuple:
    return f(3, 4), f(4, 3), f(2, 2)


def _checkerboard_kind(f: Callable) -> Tensor:
    return kind_of(f(2, 3))


@check(probes=[_checkerboard, _checkerboard_kind])
def check_checkerboard_mask(checkerboard_mask: Guarded, draw: Draws) -> None:
    """Probe the first entry, neighbours, diagonals, odd and even sizes, the kind of number."""
    more = int(draw.steps(4, 1))
    for height, width in ((3, 4), (4, 3), (4, 4), (5, 5), (1, 2), (9 + more, 12)):
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
    return kind_of(f(4)), refused(f, 5)


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
            "Raise it, rather than return or print it, and say in it what came in and what to give.",
        )


# squeeze, unsqueeze ------------------------------------------------------------------------------------------------


def _squeeze(f: Callable) -> Tensor:
    return f(wave(2, 3, 4, 2))


def _squeeze_square(f: Callable) -> Tensor:
    return f(wave(1, 4, 4, 2, shift=4))


def _squeeze_odd(f: Callable) -> tuple:
    return refused(f, wave(1, 1, 2, 5)), refused(f, wave(1, 1, 3, 2))


def expect_moved(got: Tensor, want: Tensor, claim: str, look: str) -> None:
    """Raise a Problem unless got holds exactly the entries of want, each in its place."""
    expect_close(got, want, claim, look)
    expect(
        bool((got == want).all()),
        "Entries are in their places, and changed a little.",
        "They are only moved: nothing is computed, rounded or converted on the way.",
    )


@check(probes=[_squeeze, _squeeze_square, _squeeze_odd])
def check_squeeze(squeeze: Guarded, draw: Draws) -> None:
    """Probe where each entry goes, one by one; equal sizes; odd sizes; the gradient."""
    for B, C, H, W in ((2, 3, 4, 6), (1, 1, 2, 2), (4, 4, 4, 4)):
        x = 10 * draw.normal(B, C, H, W)
        z = expect_tensor(squeeze(strided(x)), (B, 4 * C, H // 2, W // 2), like=x, name="the result")
        want = torch.empty_like(z)
        for c, dy, dx in product(range(C), range(2), range(2)):
            for i, j in product(range(H // 2), range(W // 2)):
                want[:, 4 * c + 2 * dy + dx, i, j] = x[:, c, 2 * i + dy, 2 * j + dx]
        expect_moved(
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
    expect_single(squeeze(x.float()), z, x.float(), "the result")


def _unsqueeze(f: Callable) -> Tensor:
    return f(wave(2, 8, 1, 3))


def _unsqueeze_square(f: Callable) -> Tensor:
    return f(wave(1, 4, 4, 2, shift=4))


@check(probes=[_unsqueeze, _unsqueeze_square])
def check_unsqueeze(unsqueeze: Guarded, draw: Draws) -> None:
    """Probe where each entry goes, one by one; equal sizes; the gradient."""
    for B, C, H, W in ((2, 3, 2, 3), (1, 1, 1, 1), (4, 1, 4, 4)):
        x = 10 * draw.normal(B, 4 * C, H, W)
        out = expect_tensor(unsqueeze(strided(x)), (B, C, 2 * H, 2 * W), like=x, name="the result")
        want = torch.empty_like(out)
        for c, dy, dx in product(range(C), range(2), range(2)):
            for i, j in product(range(H), range(W)):
                want[:, c, 2 * i + dy, 2 * j + dx] = x[:, 4 * c + 2 * dy + dx, i, j]
        expect_moved(
            out,
            want,
            f"For x of shape {(B, 4 * C, H, W)} entries are not where they belong.",
            "Channels 4 c, 4 c + 1, 4 c + 2, 4 c + 3 at [i, j] are the 2 x 2 block of channel c at row 2 i and column 2 j, row by row.",
        )
    expect_close(unsqueeze.gradient(x), torch.ones_like(x), "The gradient of the sum must be 1 for every entry.")
    expect_single(unsqueeze(x.float()), out, x.float(), "the result")


# dequantize --------------------------------------------------------------------------------------------------------


def _dequantize(f: Callable) -> tuple:
    x_int = torch.tensor([[0, 5, 16], [16, 9, 1]])
    return f(x_int, wave(2, 3).abs() / 2, 17), f(x_int, wave(2, 3, shift=5).abs() / 2, 256)


def _dequantize_ends(f: Callable) -> Tensor:
    return _distance_to_ends(f, torch.tensor([[0, 16]]), 17)


def _distance_to_ends(f: Callable, x_int: Tensor, levels: int) -> Tensor:
    """Return how far x is from 0 and from 1 where u is 2**-20 from them, as a share of what is right."""
    tiny = 2.0**-20
    x = f(x_int, torch.tensor([[tiny, 1 - tiny]], dtype=torch.float64), levels)
    return torch.stack([x[:, 0], 1 - x[:, 1]], dim=1) * levels / tiny


@check(probes=[_dequantize, _dequantize_ends])
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
    for last, levels in ((torch.uint8, 256), (torch.int64, 17), (torch.int32, 1024)):
        expect_close(
            _distance_to_ends(dequantize, torch.tensor([[0, levels - 1]], dtype=last), levels),
            torch.ones(1, 2),
            f"Close to 0 and close to 1, for {levels} levels of {str(last)[6:]}, x is off, if only by a little.",
            "No clamp, no small number; and the whole numbers become numbers of u's dtype before anything is divided: torch divides whole numbers in float32.",
        )
    expect_alone(dequantize, (bytes_in, u, 256), (0, 1))
    expect_single(dequantize(bytes_in, u.float(), 256), (bytes_in.double() + u) / 256, u.float(), "x")


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
        sum_of_slopes(lambda v: logit_of(v, alpha), x),
        "log_det is not log |det dy/dx|.",
        "y depends on x entry by entry: sum log dy/dx over the entries, including the log(1 - 2 alpha) of the shrinking.",
    )
    box = draw.uniform(3, 2, 2, 3)
    y, log_det = pair(logit_transform(strided(box), 0.2), "y and log_det")
    expect_close(y, logit_of(box, 0.2), "For images y is off.")
    expect_close(
        log_det,
        sum_of_slopes(lambda v: logit_of(v, 0.2), box),
        "For images, or another alpha, log_det is off.",
        "Sum over all axes but the first; log(1 - 2 alpha) comes once for each entry.",
    )
    _expect_small_alpha(logit_transform)
    _expect_many(logit_transform, draw.uniform(1, 3, 16, 16), lambda v: logit_of(v, 0.05))
    _expect_gradients(logit_transform, x, 0.9 / ((0.05 + 0.9 * x) * (0.95 - 0.9 * x)))
    expect_alone(logit_transform, (x, alpha), (0,))
    y, log_det = logit_transform(x.float(), alpha)
    expect_single(y, logit_of(x, alpha), x.float(), "y")
    expect_single(log_det, sum_of_slopes(lambda v: logit_of(v, alpha), x), x.float(), "log_det")


def _expect_small_alpha(logit_transform: Guarded) -> None:
    alpha = 2.0**-20
    y, log_det = logit_transform(torch.tensor([[0.0, 1.0, 0.5]], dtype=torch.float64), alpha)
    far = math.log(2.0**20 - 1)
    expect_close(y, torch.tensor([[-far, far, 0.0]]), "For a small alpha y is off.", NO_CLAMP)
    slopes = 3 * math.log(1 - 2 * alpha) + 2 * math.log(2.0**40 / (2.0**20 - 1)) + math.log(4)
    expect_close(log_det, torch.tensor([slopes]), "For a small alpha log_det is off.", NO_CLAMP)


NO_CLAMP = "No clamp and no small number: alpha alone keeps the logit finite."


def _expect_many(f: Guarded, at: Tensor, right: Callable) -> None:
    expect_close(
        f(at, 0.05)[1],
        sum_of_slopes(right, at),
        f"For {at[0].numel()} entries log_det is off.",
        "Add up logarithms: the product of so many slopes leaves the range of floating point.",
    )


def _expect_gradients(f: Guarded, at: Tensor, want: Tensor) -> None:
    expect_close(f.gradient(at, 0.05), want, "The gradient is off.", "Look for detach or clamp.")
    expect(
        f(at.clone().requires_grad_(), 0.05)[1].requires_grad,
        "No gradient flows through log_det.",
        "Look for detach, item or no_grad.",
    )


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
    y = logit_of(x, alpha)
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
    box = 5 * draw.normal(3, 2, 2, 3)
    back, log_det = pair(logit_inverse(strided(box), 0.2), "x and log_det")
    there = lambda v: (1 / (1 + torch.exp(-v)) - 0.2) / 0.6  # noqa: E731
    expect_close(back, there(box), "For images x is off.")
    expect_close(
        log_det,
        sum_of_slopes(there, box),
        "For images, or another alpha, log_det is off.",
        "Sum over all axes but the first; log(1 - 2 alpha) comes once for each entry.",
    )
    ends, far = logit_inverse(torch.tensor([[-800.0, 800.0]], dtype=torch.float64), alpha)
    expect_close(
        ends,
        torch.tensor([[-0.05, 0.95]], dtype=torch.float64) / 0.9,
        "For y of size 800 x is off.",
        "No clamp: the sigmoid is 0 and 1 there, which lie beyond the [alpha, 1 - alpha] of the data.",
    )
    expect_close(
        far,
        torch.full((1,), -1600 - 2 * math.log(0.9)),
        "For y of size 800 log_det must stay finite.",
        "There the sigmoid is exactly 0 or 1 in floating point: take the logarithm of its slope from y itself.",
    )
    _expect_many(logit_inverse, draw.normal(1, 3, 16, 16), lambda v: (1 / (1 + torch.exp(-v)) - 0.05) / 0.9)
    expect_alone(logit_inverse, (y, alpha), (0,))
    share = 1 / (1 + torch.exp(-y))
    _expect_gradients(logit_inverse, y, share * (1 - share) / 0.9)
    back, log_det = logit_inverse(y.float(), alpha)
    expect_single(back, x, y.float(), "x")
    expect_single(log_det, -sum_of_slopes(lambda v: logit_of(v, alpha), x), y.float(), "log_det")


# bits_per_dim ------------------------------------------------------------------------------------------------------


def _bits(f: Callable) -> tuple:
    return f(20 * wave(3), (2, 3, 5), 17), f(20 * wave(4, shift=3), (1, 2, 2), 256)


@check(probes=[_bits])
def check_bits_per_dim(bits_per_dim: Guarded, draw: Draws) -> None:
    """Probe the uniform model, one bit more for half the density, colour, other numbers of levels, the gradient."""
    log_prob, shape = 900 * draw.normal(5), (3, 4, 2)
    got = expect_tensor(bits_per_dim(log_prob, shape, 17), (5,), like=log_prob, name="bits per dimension")
    zero = torch.zeros(4, dtype=torch.float64)
    for levels, bits in ((256, 8.0), (16, 4.0), (2, 1.0), (65536, 16.0)):
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
    for bits in (-12, 40):
        expect_close(
            bits_per_dim(zero - bits * 24 * math.log(2), list(shape), 256),
            torch.full((4,), 8.0 + bits),
            f"With a density of 2 to the power of {-bits} in each dimension, the result must be {8 + bits} bits.",
            "No clamp and no absolute value: the formula holds for every log_prob.",
        )
    rest = draw.uniform(4, low=1e-5, high=1e-4)
    expect_close(
        bits_per_dim(24 * (math.log(17) - rest), shape, 17),
        rest / math.log(2),
        "For a model that is almost certain of every level, bits per dimension are off.",
        "Two numbers nearly cancel here, so constants must be exact: math.log and math.log2. torch.log(torch.tensor(2.0)) has seven digits.",
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
    expect_single(
        bits_per_dim(log_prob.float(), shape, 17), -likelihood / (24 * math.log(2)), log_prob.float(), "the result"
    )
