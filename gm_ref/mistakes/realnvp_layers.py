"""The first half of the bank of lesson 41: mistakes in log-determinants, coupling layers and stacks of them."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.core import Bank

BANK = Bank()
mistake, convention = BANK.mistake, BANK.convention


def jacobians(f, x):
    """Return one Jacobian for each sample, (B, D, D)."""
    rows = [torch.autograd.functional.jacobian(lambda s: f(s[None]).flatten(), sample) for sample in x]
    return torch.stack([j.reshape(len(j), -1) for j in rows])


# log_det_by_autograd -----------------------------------------------------------------------------------------------


@mistake(
    "log_det_by_autograd",
    "no absolute value",
    "You take the logarithm of the determinant itself, which is negative wherever the map turns space over: NaN. A volume has no sign; take the absolute value first.",
)
def no_absolute_value(f, x):
    return torch.log(torch.linalg.det(jacobians(f, x)))


@mistake(
    "log_det_by_autograd",
    "the determinant underflows",
    "You compute the determinant and then its logarithm. In many dimensions the determinant is too small or too large for a float while its logarithm is an ordinary number: torch.linalg.slogdet gives that directly.",
)
def determinant_underflows(f, x):
    return torch.log(torch.linalg.det(jacobians(f, x)).abs())


@mistake(
    "log_det_by_autograd",
    "the sign",
    "You return minus log |det df/dx|, which belongs to the inverse of f. The function asks for f itself.",
)
def minus_log_det(f, x):
    return -right.log_det_by_autograd(f, x)


@mistake(
    "log_det_by_autograd",
    "the diagonal only",
    "You multiply the diagonal of the Jacobian. That is its determinant only when the Jacobian is triangular; an oracle must not assume it.",
)
def diagonal_only(f, x):
    return jacobians(f, x).diagonal(dim1=1, dim2=2).abs().log().sum(dim=1)


@mistake(
    "log_det_by_autograd",
    "summed over the batch",
    "You return one number for the whole batch. Each sample has its own Jacobian and its own log |det|: return (B,).",
)
def one_for_the_batch(f, x):
    return right.log_det_by_autograd(f, x).sum()


@mistake(
    "log_det_by_autograd",
    "no logarithm",
    "You return |det|. Log-densities add, so the course works with its logarithm throughout.",
)
def no_logarithm(f, x):
    return torch.linalg.det(jacobians(f, x)).abs()


@mistake(
    "log_det_by_autograd",
    "mean over dimensions",
    "You divide log |det| by the number of dimensions. It is a sum over dimensions: volumes multiply.",
)
def log_det_per_dimension(f, x):
    return right.log_det_by_autograd(f, x) / x[0].numel()


@mistake(
    "log_det_by_autograd",
    "one Jacobian for all samples",
    "You use the Jacobian at the first sample for all. A Jacobian belongs to the point where it is taken: compute one at each sample.",
)
def first_sample_for_all(f, x):
    return right.log_det_by_autograd(f, x[:1]).expand(len(x))


@mistake(
    "log_det_by_autograd",
    "the square of the determinant",
    "You take the determinant of the transposed Jacobian times the Jacobian. That is the square of what is asked for, so your logarithm is twice as large: halve it, or use the Jacobian itself.",
)
def gram_not_halved(f, x):
    return 2 * right.log_det_by_autograd(f, x)


@mistake(
    "log_det_by_autograd",
    "the sign for the logarithm",
    "You return the determinant's sign. torch.linalg.slogdet gives two things, the sign and log |det|: take the second.",
)
def sign_returned(f, x):
    return torch.linalg.slogdet(jacobians(f, x)).sign


# coupling_forward --------------------------------------------------------------------------------------------------


def scaled(x, mask, scale_shift):
    """Return z, and s where entries change."""
    s, t = scale_shift(mask * x)
    return mask * x + (1 - mask) * (x * s.exp() + t), (1 - mask) * s


@mistake(
    "coupling_forward",
    "the sign of log_det",
    "Your log_det has the opposite sign: it is that of z to x. Forward runs from x to z and multiplies by exp(s), so log |det dz/dx| is plus the sum of s.",
)
def log_det_sign(x, mask, scale_shift):
    z, s = scaled(x, mask, scale_shift)
    return z, -s.flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "log_det as a mean over entries",
    "You average s over the entries. The determinant is the product of all the factors, so their logarithms are summed.",
)
def log_det_mean(x, mask, scale_shift):
    z, s = scaled(x, mask, scale_shift)
    return z, s.flatten(1).mean(dim=1)


@mistake(
    "coupling_forward",
    "log_det summed over the batch",
    "Your log_det is one number for the whole batch. Each sample has its own: sum over all axes but the first.",
)
def log_det_whole_batch(x, mask, scale_shift):
    z, s = scaled(x, mask, scale_shift)
    return z, s.sum()


@mistake(
    "coupling_forward",
    "log_det summed over one axis of an image",
    "You sum s over axis 1 only. For images that leaves height and width: flatten each sample first.",
)
def log_det_one_axis(x, mask, scale_shift):
    z, s = scaled(x, mask, scale_shift)
    return z, s.sum(dim=1)


@mistake(
    "coupling_forward",
    "exp(s) summed",
    "You add up the factors exp(s). The determinant is their product; its logarithm is the sum of s.",
)
def factors_summed(x, mask, scale_shift):
    z, s = scaled(x, mask, scale_shift)
    return z, ((1 - mask) * s.exp()).flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "s of the kept entries counted too",
    "Your log_det includes s where the mask is 1. Those entries are not scaled: their factor is 1 and its logarithm 0.",
)
def log_det_unmasked(x, mask, scale_shift):
    return scaled(x, mask, scale_shift)[0], scale_shift(mask * x)[0].flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "the network sees everything",
    "You give scale_shift all of x. Then s and t depend on the entries that they change, the layer has no inverse in closed form, and its Jacobian is not triangular. Set those entries to 0 first.",
)
def network_sees_all(x, mask, scale_shift):
    s, t = scale_shift(x)
    return mask * x + (1 - mask) * (x * s.exp() + t), ((1 - mask) * s).flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "the network sees the wrong half",
    "You give scale_shift the entries that are to be changed. It must see those that stay, or the inverse cannot compute the same s and t.",
)
def network_sees_wrong_half(x, mask, scale_shift):
    s, t = scale_shift((1 - mask) * x)
    return mask * x + (1 - mask) * (x * s.exp() + t), ((1 - mask) * s).flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "the kept half is lost",
    "Where the mask is 1 your z is 0 rather than x. Those entries pass through: add them back.",
)
def kept_half_lost(x, mask, scale_shift):
    z, s = scaled(x, mask, scale_shift)
    return (1 - mask) * z, s.flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "the scale without exp",
    "You multiply by s itself. The factor is exp(s): positive, so that the layer can be inverted, and with s as its logarithm.",
)
def scale_without_exp(x, mask, scale_shift):
    s, t = scale_shift(mask * x)
    return mask * x + (1 - mask) * (x * s + t), ((1 - mask) * s.abs().log()).flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "the shift is not masked",
    "You add t everywhere, so the entries that should pass are shifted. Both the scale and the shift act only where the mask is 0.",
)
def shift_everywhere(x, mask, scale_shift):
    s, t = scale_shift(mask * x)
    s = (1 - mask) * s
    return x * s.exp() + t, s.flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "s of the kept entries in place of the others",
    "Your log_det adds up s where the mask is 1. Those entries pass unchanged; the factors exp(s) belong to the entries where the mask is 0.",
)
def log_det_of_kept(x, mask, scale_shift):
    z, _ = scaled(x, mask, scale_shift)
    return z, (mask * scale_shift(mask * x)[0]).flatten(1).sum(dim=1)


@mistake(
    "coupling_forward",
    "s and t exchanged",
    "You read the network's two results as t and s. scale_shift returns s first, then t.",
)
def s_and_t_exchanged(x, mask, scale_shift):
    return right.coupling_forward(x, mask, lambda kept: scale_shift(kept)[::-1])


@mistake(
    "coupling_forward",
    "s squashed once more",
    "You send s through tanh. Whether and how the scales are bounded is the network's business: in the layer the factor is exp(s) with s as it comes.",
)
def scales_squashed(x, mask, scale_shift):
    def squashed(kept):
        s, t = scale_shift(kept)
        return torch.tanh(s), t

    return right.coupling_forward(x, mask, squashed)


@convention(
    "coupling_forward",
    "shift before scale",
    "You compute (x + t) exp(s), as the published Glow code does. The layer is as good; this course scales first, x exp(s) + t, as the RealNVP paper writes it.",
    source="openai/glow adds the shift first",
)
def shift_before_scale(x, mask, scale_shift):
    s, t = scale_shift(mask * x)
    return mask * x + (1 - mask) * (x + t) * s.exp(), ((1 - mask) * s).flatten(1).sum(dim=1)


@convention(
    "coupling_forward",
    "1 marks what changes",
    "You change the entries where the mask is 1, as nflows does. In this course, as in the paper, 1 marks what passes unchanged.",
    source="nflows: the mask is positive where features are transformed",
)
def mask_reversed(x, mask, scale_shift):
    return right.coupling_forward(x, 1 - mask, scale_shift)


@convention(
    "coupling_forward",
    "forward from z to x",
    "Your forward undoes scale and shift and has the log-determinant to match: it runs from latent to data, as in normflows. In this course forward runs from data x to latent z: x exp(s) + t.",
    source="normflows: forward maps z to x",
)
def runs_backwards(x, mask, scale_shift):
    s = (1 - mask) * scale_shift(mask * x)[0]
    return right.coupling_inverse(x, mask, scale_shift), -s.flatten(1).sum(dim=1)


# coupling_inverse --------------------------------------------------------------------------------------------------


@mistake(
    "coupling_inverse",
    "conditioned on the wrong half",
    "Your network sees the entries that were changed. On the way forward it saw the others, which are the same in x and z: give it those.",
)
def inverse_wrong_half(z, mask, scale_shift):
    s, t = scale_shift((1 - mask) * z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(-s)


@mistake(
    "coupling_inverse",
    "conditioned on everything",
    "Your network sees all of z, but on the way forward the entries to be changed were 0 for it. So it finds another s and t: mask z first.",
)
def inverse_sees_all(z, mask, scale_shift):
    s, t = scale_shift(z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(-s)


@mistake(
    "coupling_inverse",
    "forward once more",
    "You scale and shift once more rather than undo it: subtract t, then multiply by exp(-s).",
)
def forward_again(z, mask, scale_shift):
    return right.coupling_forward(z, mask, scale_shift)[0]


@mistake(
    "coupling_inverse",
    "the scale applied, not undone",
    "You subtract t and then multiply by exp(s) again. Forward multiplied by exp(s), so the inverse multiplies by exp(-s).",
)
def inverse_scales_again(z, mask, scale_shift):
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(s)


@mistake(
    "coupling_inverse",
    "the shift added again",
    "You add t. Forward added it, so the inverse subtracts it.",
)
def inverse_adds_shift(z, mask, scale_shift):
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z + t) * torch.exp(-s)


@mistake(
    "coupling_inverse",
    "the kept half is changed too",
    "You undo scale and shift everywhere. Where the mask is 1 nothing was done, so nothing is to be undone.",
)
def inverse_everywhere(z, mask, scale_shift):
    s, t = scale_shift(mask * z)
    return (z - t) * torch.exp(-s)


@mistake(
    "coupling_inverse",
    "the kept half is lost",
    "Where the mask is 1 your x is 0 rather than z. Those entries passed unchanged: add them back.",
)
def inverse_kept_lost(z, mask, scale_shift):
    return (1 - mask) * right.coupling_inverse(z, mask, scale_shift)


@mistake(
    "coupling_inverse",
    "s and t exchanged",
    "You read the network's two results as t and s. scale_shift returns s first, then t.",
)
def inverse_exchanged(z, mask, scale_shift):
    return right.coupling_inverse(z, mask, lambda kept: scale_shift(kept)[::-1])


@mistake(
    "coupling_inverse",
    "divided by s itself",
    "You divide by s. Forward multiplied by exp(s): divide by that, or multiply by exp(-s).",
)
def divided_by_s(z, mask, scale_shift):
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t) / s


@mistake(
    "coupling_inverse",
    "s squashed once more",
    "You send s through tanh, which forward does not: use exp(-s) with s as it comes from the network.",
)
def inverse_squashed(z, mask, scale_shift):
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z - t) * torch.exp(-torch.tanh(s))


@convention(
    "coupling_inverse",
    "the inverse of (x + t) exp(s)",
    "You undo the scale first and then the shift, which inverts (x + t) exp(s). This course's layer is x exp(s) + t: undo the shift first, then the scale.",
    source="openai/glow adds the shift first",
)
def scale_undone_first(z, mask, scale_shift):
    s, t = scale_shift(mask * z)
    return mask * z + (1 - mask) * (z * torch.exp(-s) - t)


@convention(
    "coupling_inverse",
    "1 marks what changes",
    "You change the entries where the mask is 1, as nflows does. In this course, as in the paper, 1 marks what passes unchanged.",
    source="nflows: the mask is positive where features are transformed",
)
def inverse_mask_reversed(z, mask, scale_shift):
    return right.coupling_inverse(z, 1 - mask, scale_shift)


# flow_log_prob -----------------------------------------------------------------------------------------------------


def run(x, layers):
    """Return z and the list of log-dets."""
    log_dets = []
    for layer in layers:
        x, log_det = layer.forward(x)
        log_dets.append(log_det)
    return x, log_dets


@mistake(
    "flow_log_prob",
    "minus for plus",
    "You subtract the log-dets. That is right for layers that run from z to x; these run from x to z, and log |det dz/dx| is added.",
    source="a widely copied summary has x = f(z) with a plus, the same confusion the other way round",
)
def minus_for_plus(x, layers, base_log_prob):
    z, log_dets = run(x, layers)
    return base_log_prob(z) - sum(log_dets)


@mistake(
    "flow_log_prob",
    "log_det overwritten, not added",
    "Only the last layer's log_det reaches your result: the total is overwritten in the loop. Add each to what is there.",
    source="tensorflow/models#7465",
)
def overwritten(x, layers, base_log_prob):
    z, log_dets = run(x, layers)
    return base_log_prob(z) + (log_dets[-1] if log_dets else 0)


@mistake(
    "flow_log_prob",
    "the base at x",
    "You ask the base for its density at x. The base is the density of z: ask at the end of the layers.",
)
def base_at_x(x, layers, base_log_prob):
    return base_log_prob(x) + sum(run(x, layers)[1])


@mistake(
    "flow_log_prob",
    "layers in reverse order",
    "You go through the layers from the last to the first. From x to z they run in order; the reverse order belongs to sampling.",
)
def layers_reversed(x, layers, base_log_prob):
    return right.flow_log_prob(x, list(layers)[::-1], base_log_prob)


@mistake(
    "flow_log_prob",
    "every layer gets x",
    "You give every layer the original x. Each layer works on what the one before returned.",
)
def every_layer_gets_x(x, layers, base_log_prob):
    results = [layer.forward(x) for layer in layers]
    return base_log_prob(results[-1][0] if results else x) + sum(log_det for _, log_det in results)


@mistake(
    "flow_log_prob",
    "the log-dets are lost",
    "You return log p(z) alone. Where the layers stretch space, probability thins out on the way; the log-dets account for that.",
)
def log_dets_lost(x, layers, base_log_prob):
    return base_log_prob(run(x, layers)[0])


@mistake(
    "flow_log_prob",
    "summed over the batch",
    "You add up the log-dets of the whole batch. Each sample keeps its own total: (B,).",
)
def log_dets_of_the_batch(x, layers, base_log_prob):
    z, log_dets = run(x, layers)
    return base_log_prob(z) + sum(log_det.sum() for log_det in log_dets)


@mistake(
    "flow_log_prob",
    "the mean over layers",
    "You average the log-dets over the layers. The determinants of a composition multiply, so their logarithms add.",
)
def mean_over_layers(x, layers, base_log_prob):
    z, log_dets = run(x, layers)
    return base_log_prob(z) + sum(log_dets) / max(1, len(log_dets))


@mistake(
    "flow_log_prob",
    "the loss, not the log-density",
    "You return minus log p(x), the training loss. The function asks for log p(x).",
)
def negative_log_prob(x, layers, base_log_prob):
    return -right.flow_log_prob(x, layers, base_log_prob)


@mistake(
    "flow_log_prob",
    "log-dets cut off the graph",
    "Your log-dets are detached: the value is right, but no gradient flows through them and the scales grow without a price. Leave the graph whole.",
)
def log_dets_detached(x, layers, base_log_prob):
    z, log_dets = run(x, layers)
    return base_log_prob(z) + sum(log_det.detach() for log_det in log_dets)


@mistake(
    "flow_log_prob",
    "the density, not its logarithm",
    "You return p(x). In many dimensions it underflows to 0, and training needs the logarithm: return log p(x).",
)
def density_not_log(x, layers, base_log_prob):
    return right.flow_log_prob(x, layers, base_log_prob).exp()


@mistake(
    "flow_log_prob",
    "averaged over the batch",
    "You average over the batch. Return one number for each sample, (B,); a training loss takes the mean of them.",
)
def log_prob_batch_mean(x, layers, base_log_prob):
    return right.flow_log_prob(x, layers, base_log_prob).mean()


# flow_sample -------------------------------------------------------------------------------------------------------


@mistake(
    "flow_sample",
    "layers not reversed",
    "You undo the layers in the order in which they were applied. The layer that came last on the way to z is the first to be undone.",
)
def not_reversed(z, layers):
    for layer in layers:
        z = layer.inverse(z)
    return z


@mistake(
    "flow_sample",
    "forward in place of inverse",
    "You run forward, from data to latent, once more. Sampling runs from latent to data: inverse.",
)
def samples_forward(z, layers):
    return run(z, layers)[0]


@mistake(
    "flow_sample",
    "forward in reverse order",
    "You reversed the order but still call forward. Each layer must be undone: call its inverse.",
)
def forward_reversed(z, layers):
    return run(z, list(layers)[::-1])[0]


@mistake(
    "flow_sample",
    "the first layer is forgotten",
    "Your loop stops before layer 0. A range that counts down must end at -1 to include 0; reversed(layers) needs no count.",
)
def first_layer_forgotten(z, layers):
    for k in range(len(layers) - 1, 0, -1):
        z = layers[k].inverse(z)
    return z


@mistake(
    "flow_sample",
    "one inverse of z only",
    "Only layers[0] counts, applied to z itself: either it alone is used, or every layer is given the original z. Each inverse works on what the one before returned.",
)
def every_inverse_gets_z(z, layers):
    x = z
    for layer in reversed(layers):
        x = layer.inverse(z)
    return x


@mistake(
    "flow_sample",
    "the last layer is forgotten",
    "Your loop begins with the last layer but one. Layers are numbered from 0 to len(layers) - 1; reversed(layers) needs no count.",
)
def last_layer_forgotten(z, layers):
    return right.flow_sample(z, list(layers)[:-1])


@mistake(
    "flow_sample",
    "samples clipped",
    "You clip the result to [-1, 1]. The flow's density extends as far as its base reaches; clip when you draw a picture, not here.",
)
def clipped(z, layers):
    return right.flow_sample(z, layers).clamp(-1, 1)
