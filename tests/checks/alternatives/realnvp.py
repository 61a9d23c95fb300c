"""Right answers to lesson 41 that are written in unusual ways.  A fair check passes them all."""

import functools
import math

import torch
from torch.distributions import AffineTransform, ComposeTransform, SigmoidTransform
from torch.func import jacrev, vmap


def log_det_by_autograd__vmap_jacrev(f, x):
    J = vmap(jacrev(lambda s: f(s[None])[0]))(x)
    n = x[0].numel()
    return torch.slogdet(J.reshape(len(x), n, n))[1]


def log_det_by_autograd__singular_values(f, x):
    J = torch.autograd.functional.jacobian(lambda y: f(y).flatten(1).sum(0), x)
    J = J.reshape(x[0].numel(), len(x), -1).transpose(0, 1)
    return torch.linalg.svdvals(J).log().sum(-1)


def log_det_by_autograd__row_by_row(f, x):
    y = x.detach().clone().requires_grad_()
    out = f(y).flatten(1)
    rows = [torch.autograd.grad(out[:, i].sum(), y, retain_graph=True)[0].flatten(1) for i in range(out.shape[1])]
    return torch.linalg.slogdet(torch.stack(rows, 1)).logabsdet.detach()


def coupling_forward__where(x, mask, scale_shift):
    s, t = scale_shift(torch.where(mask == 1, x, torch.zeros_like(x)))
    z = torch.where(mask == 1, x, torch.addcmul(t, x, s.exp()))
    return z, torch.where(mask == 1, torch.zeros_like(s), s).reshape(len(x), -1).sum(-1)


def coupling_forward__paper(x, mask, scale_shift):
    s, t = scale_shift(mask * x)
    z = mask * x + (1 - mask) * (x * torch.exp(s) + t)
    return [z, torch.einsum("bi,i->b", s.flatten(1), (1 - mask).flatten().to(s.dtype))]


def coupling_forward__by_index(x, mask, scale_shift):
    change = mask.flatten() == 0
    s, t = (part.flatten(1)[:, change] for part in scale_shift(x * mask))
    z = x.flatten(1).clone()
    z[:, change] = z[:, change] * s.exp() + t
    return z.reshape(x.shape), s.sum(1)


def coupling_inverse__where(z, mask, scale_shift):
    s, t = scale_shift(z * mask)
    return torch.where(mask.bool(), z, (z - t) / s.exp())


def coupling_inverse__everywhere_but(z, mask, scale_shift):
    s, t = (part * (1 - mask) for part in scale_shift(z * mask))
    return (z - t) / s.exp()


def coupling_inverse__by_index(z, mask, scale_shift):
    change = mask.flatten() == 0
    s, t = (part.flatten(1)[:, change] for part in scale_shift(z * mask))
    x = z.flatten(1).clone()
    x[:, change] = (x[:, change] - t) * torch.exp(-s)
    return x.view(z.shape)


def flow_log_prob__recursive(x, layers, base_log_prob):
    if len(layers) == 0:
        return base_log_prob(x)
    z, log_det = layers[0].forward(x)
    return log_det + flow_log_prob__recursive(z, layers[1:], base_log_prob)


def flow_log_prob__called(x, layers, base_log_prob):
    log_dets = [torch.zeros_like(x.flatten(1)[:, 0])]
    for layer in layers:
        x, log_det = layer(x)
        log_dets.append(log_det)
    return torch.stack([*log_dets, base_log_prob(x)]).sum(dim=0)


def flow_log_prob__reduce(x, layers, base_log_prob):
    def step(state, layer):
        z, log_det = layer.forward(state[0])
        return z, state[1] + log_det

    z, total = functools.reduce(step, layers, (x, 0.0))
    return total + base_log_prob(z)


def flow_sample__recursive(z, layers):
    if not layers:
        return z
    return flow_sample__recursive(layers[-1].inverse(z), list(layers)[:-1])


def flow_sample__slice(z, layers):
    x = z.clone()
    for layer in list(layers)[::-1]:
        x = layer.inverse(x)
    return x


def flow_sample__count_down(z, layers):
    for k in range(len(layers) - 1, -1, -1):
        z = layers[k].inverse(z)
    return z


def checkerboard_mask__loops(height, width):
    rows = [[float((i + j) % 2) for j in range(width)] for i in range(height)]
    return torch.tensor([rows])


def checkerboard_mask__signs(height, width):
    down, across = (-1.0) ** torch.arange(height), (-1.0) ** torch.arange(width)
    return ((1 - down[:, None] * across) / 2).unsqueeze(0)


def checkerboard_mask__assigned(height, width):
    mask = torch.zeros(1, height, width, dtype=torch.float64)
    mask[:, ::2, 1::2] = 1
    mask[:, 1::2, ::2] = 1
    return mask


def channel_mask__cat(channels):
    if channels % 2 == 1:
        raise ValueError(channels)
    return torch.cat([torch.ones(channels // 2), torch.zeros(channels // 2)]).view(-1, 1, 1)


def channel_mask__repeat(channels):
    half, rest = divmod(channels, 2)
    if rest:
        raise ValueError("odd")
    return torch.tensor([1.0, 0.0], dtype=torch.float64).repeat_interleave(half).reshape(channels, 1, 1)


def channel_mask__assigned(channels):
    if channels != 2 * int(channels / 2):
        raise ValueError("odd")
    mask = torch.zeros((channels, 1, 1))
    mask[: channels // 2] = 1
    return mask


def squeeze__permute(x):
    B, C, H, W = x.shape
    if H % 2 + W % 2:
        raise ValueError("odd")
    return x.view(B, C, H // 2, 2, W // 2, 2).permute(0, 1, 3, 5, 2, 4).reshape(B, 4 * C, H // 2, W // 2)


def squeeze__strides(x):
    if x.shape[-1] % 2 or x.shape[-2] % 2:
        raise ValueError("odd")
    parts = [x[:, :, dy::2, dx::2] for dy in (0, 1) for dx in (0, 1)]
    return torch.stack(parts, dim=2).flatten(1, 2)


def squeeze__unfold(x):
    B, C, H, W = x.shape
    if H % 2 or W % 2:
        raise ValueError("odd")
    return torch.nn.functional.unfold(x, 2, stride=2).reshape(B, 4 * C, H // 2, W // 2)


def unsqueeze__permute(x):
    B, C, H, W = x.shape
    return x.reshape(B, C // 4, 2, 2, H, W).permute(0, 1, 4, 2, 5, 3).reshape(B, C // 4, 2 * H, 2 * W)


def unsqueeze__assigned(x):
    B, C, H, W = x.shape
    out = x.new_zeros(B, C // 4, 2 * H, 2 * W)
    for k in range(4):
        out[:, :, k // 2 :: 2, k % 2 :: 2] = x[:, k::4]
    return out


def unsqueeze__fold(x):
    size = (2 * x.shape[2], 2 * x.shape[3])
    return torch.nn.functional.fold(x.flatten(2), size, 2, stride=2)


def dequantize__shares(x_int, u, levels):
    return x_int.to(u.dtype) / levels + u / levels


def dequantize__lerp(x_int, u, levels):
    low = x_int.to(u.dtype)
    return torch.lerp(low, low + 1, u) / levels


def dequantize__times(x_int, u, levels):
    return (1.0 / levels) * torch.add(u, x_int)


def logit_transform__distributions(x, alpha):
    chain = ComposeTransform([AffineTransform(alpha, 1 - 2 * alpha), SigmoidTransform().inv])
    y = chain(x)
    return y, chain.log_abs_det_jacobian(x, y).reshape(len(x), -1).sum(1)


def logit_transform__torch_logit(x, alpha):
    inside = torch.lerp(torch.full_like(x, alpha), torch.full_like(x, 1 - alpha), x)
    log_slope = math.log1p(-2 * alpha) - torch.log(inside * (1 - inside))
    return torch.logit(inside), log_slope.sum(dim=tuple(range(1, x.dim())))


def logit_transform__logsigmoid(x, alpha):
    p = alpha + (1 - 2 * alpha) * x
    y = (p / (1 - p)).log()
    each = torch.nn.functional.logsigmoid(y) + torch.nn.functional.logsigmoid(-y)
    return y, x[0].numel() * math.log(1 - 2 * alpha) - each.flatten(1).sum(1)


def logit_inverse__distributions(y, alpha):
    chain = ComposeTransform([AffineTransform(alpha, 1 - 2 * alpha), SigmoidTransform().inv])
    x = chain.inv(y)
    return x, -y.new_tensor(math.log(1 - 2 * alpha)) * y[0].numel() + _slopes(y)


def _slopes(y):
    return (torch.nn.functional.logsigmoid(y) + torch.nn.functional.logsigmoid(-y)).flatten(1).sum(1)


def logit_inverse__tanh(y, alpha):
    x = 0.5 + torch.tanh(y / 2) / (2 * (1 - 2 * alpha))
    each = -2 * torch.logaddexp(y / 2, -y / 2) - math.log(1 - 2 * alpha)
    return x, each.flatten(1).sum(1)


def logit_inverse__symmetric(y, alpha):
    a = y.abs()
    each = -a - 2 * torch.log1p(torch.exp(-a)) - math.log(1 - 2 * alpha)
    return (y.sigmoid() - alpha).div(1 - 2 * alpha), each.reshape(len(y), -1).sum(-1)


def bits_per_dim__nats_first(log_prob, shape, levels):
    n = math.prod(shape)
    return (n * math.log(levels) - log_prob) / n / math.log(2)


def bits_per_dim__of_the_levels(log_prob, shape, levels):
    n = torch.Size(shape).numel()
    return -(log_prob - math.log(levels) * n) / (math.log(2) * n)


def bits_per_dim__logaddexp2(log_prob, shape, levels):
    n = 1
    for size in shape:
        n = n * size
    return torch.log2(torch.full_like(log_prob, levels)) - log_prob * math.log2(math.e) / n
