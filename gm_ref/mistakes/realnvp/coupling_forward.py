"""Wrong answers to coupling_forward that people really give, each with the sentence that cures it."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("coupling_forward")


def scaled(x, mask, scale_shift):
    """Return z, and s where entries change."""
    s, t = scale_shift(mask * x)
    return mask * x + (1 - mask) * (x * s.exp() + t), (1 - mask) * s


@mistake("the sign of log_det")
def log_det_sign(x, mask, scale_shift):
    """Your log_det has the opposite sign: it is that of z to x. Forward runs from x to z and multiplies by exp(s), so
    log |det dz/dx| is plus the sum of s.
    """
    z, s = scaled(x, mask, scale_shift)
    return z, -s.flatten(1).sum(dim=1)


@mistake("log_det as a mean over entries")
def log_det_mean(x, mask, scale_shift):
    """You average s over the entries. The determinant is the product of all the factors, so their logarithms are
    summed.
    """
    z, s = scaled(x, mask, scale_shift)
    return z, s.flatten(1).mean(dim=1)


@mistake("log_det summed over the batch")
def log_det_whole_batch(x, mask, scale_shift):
    """Your log_det is one number for the whole batch. Each sample has its own: sum over all axes but the first."""
    z, s = scaled(x, mask, scale_shift)
    return z, s.sum()


@mistake("log_det summed over one axis of an image")
def log_det_one_axis(x, mask, scale_shift):
    """You sum s over axis 1 only. For images that leaves height and width: flatten each sample first."""
    z, s = scaled(x, mask, scale_shift)
    return z, s.sum(dim=1)


@mistake("exp(s) summed")
def factors_summed(x, mask, scale_shift):
    """You add up the factors exp(s). The determinant is their product; its logarithm is the sum of s."""
    z, s = scaled(x, mask, scale_shift)
    return z, ((1 - mask) * s.exp()).flatten(1).sum(dim=1)


@mistake("s of the kept entries counted too")
def log_det_unmasked(x, mask, scale_shift):
    """Your log_det includes s where the mask is 1. Those entries are not scaled: their factor is 1 and its
    logarithm 0.
    """
    return scaled(x, mask, scale_shift)[0], scale_shift(mask * x)[0].flatten(1).sum(dim=1)


@mistake("the network sees everything")
def network_sees_all(x, mask, scale_shift):
    """You give scale_shift all of x. Then s and t depend on the entries that they change, the layer has no inverse in
    closed form, and its Jacobian is not triangular. Set those entries to 0 first.
    """
    s, t = scale_shift(x)
    return mask * x + (1 - mask) * (x * s.exp() + t), ((1 - mask) * s).flatten(1).sum(dim=1)


@mistake("the network sees the wrong half")
def network_sees_wrong_half(x, mask, scale_shift):
    """You give scale_shift the entries that are to be changed. It must see those that stay, or the inverse cannot
    compute the same s and t.
    """
    s, t = scale_shift((1 - mask) * x)
    return mask * x + (1 - mask) * (x * s.exp() + t), ((1 - mask) * s).flatten(1).sum(dim=1)


@mistake("the kept half is lost")
def kept_half_lost(x, mask, scale_shift):
    """Where the mask is 1 your z is 0 rather than x. Those entries pass through: add them back."""
    z, s = scaled(x, mask, scale_shift)
    return (1 - mask) * z, s.flatten(1).sum(dim=1)


@mistake("the scale without exp")
def scale_without_exp(x, mask, scale_shift):
    """You multiply by s itself. The factor is exp(s): positive, so that the layer can be inverted, and with s as its
    logarithm.
    """
    s, t = scale_shift(mask * x)
    return mask * x + (1 - mask) * (x * s + t), ((1 - mask) * s.abs().log()).flatten(1).sum(dim=1)


@mistake("the shift is not masked")
def shift_everywhere(x, mask, scale_shift):
    """You add t everywhere, so the entries that should pass are shifted. Both the scale and the shift act only where
    the mask is 0.
    """
    s, t = scale_shift(mask * x)
    s = (1 - mask) * s
    return x * s.exp() + t, s.flatten(1).sum(dim=1)


@mistake("s of the kept entries in place of the others")
def log_det_of_kept(x, mask, scale_shift):
    """Your log_det adds up s where the mask is 1. Those entries pass unchanged; the factors exp(s) belong to the
    entries where the mask is 0.
    """
    z, _ = scaled(x, mask, scale_shift)
    return z, (mask * scale_shift(mask * x)[0]).flatten(1).sum(dim=1)


@mistake("s and t exchanged")
def s_and_t_exchanged(x, mask, scale_shift):
    """You read the network's two results as t and s. scale_shift returns s first, then t."""
    return right.coupling_forward(x, mask, lambda kept: scale_shift(kept)[::-1])


@mistake("s squashed once more")
def scales_squashed(x, mask, scale_shift):
    """You send s through tanh. Whether and how the scales are bounded is the network's business: in the layer the
    factor is exp(s) with s as it comes.
    """

    def squashed(kept):
        s, t = scale_shift(kept)
        return torch.tanh(s), t

    return right.coupling_forward(x, mask, squashed)


@convention("shift before scale", source="openai/glow adds the shift first")
def shift_before_scale(x, mask, scale_shift):
    """You compute (x + t) exp(s), as the published Glow code does. The layer is as good; this course scales first, x
    exp(s) + t, as the RealNVP paper writes it.
    """
    s, t = scale_shift(mask * x)
    return mask * x + (1 - mask) * (x + t) * s.exp(), ((1 - mask) * s).flatten(1).sum(dim=1)


@convention("1 marks what changes", source="nflows: the mask is positive where features are transformed")
def mask_reversed(x, mask, scale_shift):
    """You change the entries where the mask is 1, as nflows does. In this course, as in the paper, 1 marks what passes
    unchanged.
    """
    return right.coupling_forward(x, 1 - mask, scale_shift)


@convention("forward from z to x", source="normflows: forward maps z to x")
def runs_backwards(x, mask, scale_shift):
    """Your forward undoes scale and shift and has the log-determinant to match: it runs from latent to data, as in
    normflows. In this course forward runs from data x to latent z: x exp(s) + t.
    """
    s = (1 - mask) * scale_shift(mask * x)[0]
    return right.coupling_inverse(x, mask, scale_shift), -s.flatten(1).sum(dim=1)


@mistake("s itself for the factor")
def s_for_the_factor(x, mask, scale_shift):
    """You multiply x by s, and add up s as if the factor were exp(s). The factor is exp(s): multiply by that."""
    s, t = scale_shift(mask * x)
    return mask * x + (1 - mask) * (x * s + t), ((1 - mask) * s).flatten(1).sum(dim=1)


@mistake("the logarithm of a masked factor")
def log_of_masked_factor(x, mask, scale_shift):
    """You take the logarithm of (1 - mask) exp(s), which is log 0 where the mask is 1. There the factor is 1: mask s
    rather than exp(s), or add mask before the logarithm.
    """
    z, _ = scaled(x, mask, scale_shift)
    return z, ((1 - mask) * scale_shift(mask * x)[0].exp()).log().flatten(1).sum(dim=1)


@mistake("half of s")
def half_of_s(x, mask, scale_shift):
    """You scale by exp(s / 2), as one does with the logarithm of a variance. Here s is the logarithm of the factor
    itself: exp(s).
    """
    return right.coupling_forward(x, mask, lambda kept: (scale_shift(kept)[0] / 2, scale_shift(kept)[1]))


@mistake("divided by exp(s)")
def divided_by_factor(x, mask, scale_shift):
    """You divide by exp(s). Forward, from x to z, multiplies by it; the inverse divides."""
    return right.coupling_forward(x, mask, lambda kept: (-scale_shift(kept)[0], scale_shift(kept)[1]))


@mistake("the changed half is lost")
def changed_half_lost(x, mask, scale_shift):
    """Where the mask is 0 your z does not contain x: you scale the masked x, which is 0 there. Scale x itself; the
    masked x is for the network alone.
    """
    z, s = scaled(x, mask, scale_shift)
    return z - (1 - mask) * x * s.exp(), s.flatten(1).sum(dim=1)


@mistake("an axis of size 1 left in log_det")
def log_det_kept_axis(x, mask, scale_shift):
    """Your log_det is (B, 1). Added to a log-density (B,) that makes (B, B): return (B,), without keepdim."""
    z, s = scaled(x, mask, scale_shift)
    return z, s.flatten(1).sum(dim=1, keepdim=True)


@mistake("log_det cut off the graph")
def log_det_detached(x, mask, scale_shift):
    """Your log_det is detached: its value is right, but no gradient flows through it, and the scales grow without a
    price. Leave out detach, item and no_grad.
    """
    z, log_det = right.coupling_forward(x, mask, scale_shift)
    return z, log_det.detach()


@mistake("no gradient")
def forward_without_gradient(x, mask, scale_shift):
    """Your values are right, but no gradient flows through z and log_det, so the network would never be trained. Leave
    out no_grad and detach.
    """
    with torch.no_grad():
        return right.coupling_forward(x, mask, scale_shift)


@mistake("the network runs under no_grad")
def network_cut_off(x, mask, scale_shift):
    """Your values are right, but the network runs under no_grad, or s and t are detached: it would never be trained.
    Leave the graph whole.
    """
    s, t = scale_shift(mask * x)
    return right.coupling_forward(x, mask, lambda kept: (s.detach(), t.detach()))
