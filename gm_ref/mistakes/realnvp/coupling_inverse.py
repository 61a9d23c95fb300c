"""Wrong answers to coupling_inverse that people really give, each with the sentence that cures it."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, _ = BANK.of("coupling_inverse")


@mistake("conditioned on the wrong half")
def inverse_wrong_half(z, mask, scale_shift):
    """Your network sees the entries that were changed. On the way forward it saw the others, which are the same in x
    and z: give it those.
    """
    s, t = scale_shift((1 - mask) * z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(-s)


@mistake("conditioned on everything")
def inverse_sees_all(z, mask, scale_shift):
    """Your network sees all of z, but on the way forward the entries to be changed were 0 for it. So it finds another s
    and t: mask z first.
    """
    s, t = scale_shift(z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(-s)


@mistake("forward once more")
def forward_again(z, mask, scale_shift):
    """You scale and shift once more rather than undo it: subtract t, then multiply by exp(-s)."""
    return right.coupling_forward(z, mask, scale_shift)[0]


@mistake("the scale applied, not undone")
def inverse_scales_again(z, mask, scale_shift):
    """You subtract t and then multiply by exp(s) again. Forward multiplied by exp(s), so the inverse multiplies by
    exp(-s).
    """
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(s)


@mistake("the shift added again")
def inverse_adds_shift(z, mask, scale_shift):
    """You add t. Forward added it, so the inverse subtracts it."""
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z + t) * torch.exp(-s)


@mistake("the kept half is changed too")
def inverse_everywhere(z, mask, scale_shift):
    """You undo scale and shift everywhere. Where the mask is 1 nothing was done, so nothing is to be undone."""
    s, t = scale_shift(mask * z)
    return (z - t) * torch.exp(-s)


@mistake("the kept half is lost")
def inverse_kept_lost(z, mask, scale_shift):
    """Where the mask is 1 your x is 0 rather than z. Those entries passed unchanged: add them back."""
    return (1 - mask) * right.coupling_inverse(z, mask, scale_shift)


@mistake("s and t exchanged")
def inverse_exchanged(z, mask, scale_shift):
    """You read the network's two results as t and s. scale_shift returns s first, then t."""
    return right.coupling_inverse(z, mask, lambda kept: scale_shift(kept)[::-1])


@mistake("divided by s itself")
def divided_by_s(z, mask, scale_shift):
    """You divide by s. Forward multiplied by exp(s): divide by that, or multiply by exp(-s)."""
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t) / s


@mistake("s squashed once more")
def inverse_squashed(z, mask, scale_shift):
    """You send s through tanh, which forward does not: use exp(-s) with s as it comes from the network."""
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(-torch.tanh(s))


@mistake("the scale undone first", source="openai/glow adds the shift first, so that there this is right")
def scale_undone_first(z, mask, scale_shift):
    """You undo the scale first and then the shift, which inverts (x + t) exp(s). coupling_forward is x exp(s) + t: what
    was done last is undone first, so subtract t, then multiply by exp(-s).
    """
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z * torch.exp(-s) - t)


@mistake("1 marks what changes", source="nflows: the mask is positive where features are transformed")
def inverse_mask_reversed(z, mask, scale_shift):
    """You change the entries where the mask is 1. In this course, as in the paper, 1 marks what passes unchanged;
    coupling_forward changed the others, so undo it there.
    """
    return right.coupling_inverse(z, 1 - mask, scale_shift)


@mistake("the shift not undone")
def shift_not_undone(z, mask, scale_shift):
    """You multiply by exp(-s) and then add t. Forward added t, so subtract it, before the scale is undone."""
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z * torch.exp(-s) + t)


@mistake("the shift forgotten")
def shift_forgotten(z, mask, scale_shift):
    """You undo the scale alone. Forward added t as well: subtract it first."""
    s, _ = scale_shift(mask * z)
    return mask * z + (1 - mask) * z * torch.exp(-s)


@mistake("the scale forgotten")
def scale_forgotten(z, mask, scale_shift):
    """You undo the shift alone. Forward multiplied by exp(s) as well: multiply by exp(-s)."""
    _, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t)


@mistake("no gradient")
def inverse_without_gradient(z, mask, scale_shift):
    """Your x is right, but no gradient flows through it; the docstring asks for one. Leave out no_grad and detach."""
    with torch.no_grad():
        return right.coupling_inverse(z, mask, scale_shift)


@mistake("the shift undone everywhere")
def shift_undone_everywhere(z, mask, scale_shift):
    """You subtract t everywhere, so the entries that passed are shifted. Where the mask is 1 nothing was done."""
    s, t = scale_shift(mask * z)
    return (z - t) * torch.exp(-(1 - mask) * s)


@mistake("the scale undone everywhere")
def scale_undone_everywhere(z, mask, scale_shift):
    """You multiply by exp(-s) everywhere, so the entries that passed are scaled. Where the mask is 1 nothing was
    done.
    """
    s, t = scale_shift(mask * z)
    return (z - (1 - mask) * t) * torch.exp(-s)


@mistake("the changed half is lost")
def changed_half_lost_back(z, mask, scale_shift):
    """Where the mask is 0 your x does not contain z: you subtract t from the masked z, which is 0 there. Subtract it
    from z itself; the masked z is for the network alone.
    """
    s, t = scale_shift(mask * z)
    return mask * z - (1 - mask) * t * torch.exp(-s)


@mistake("the scale undone on the shift alone")
def scale_on_the_shift(z, mask, scale_shift):
    """You multiply t alone by exp(-s). Put brackets around z - t: the factor belongs to both."""
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t * torch.exp(-s))


@mistake("half of s")
def half_of_s_back(z, mask, scale_shift):
    """You multiply by exp(-s / 2), as one does with the logarithm of a variance. Here s is the logarithm of the factor
    itself: exp(-s).
    """
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(-s / 2)


@mistake("the network runs under no_grad")
def network_cut_off_back(z, mask, scale_shift):
    """Your x is right, but the network runs under no_grad, or s and t are detached, so that a part of the gradient is
    missing. Leave the graph whole.
    """
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t.detach()) * torch.exp(-s.detach())
