"""Right answers to lesson 41 that are written in unusual ways.  A fair check passes them all."""

import functools
import math
from collections import deque

import numpy as np
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


# Those that an adversarial round added ------------------------------------------------------------------------


def jacobians(f, x):
    rows = [torch.autograd.functional.jacobian(lambda s: f(s[None]).flatten(), a) for a in x]
    return torch.stack([row.flatten(1) for row in rows])


def refuse_odd(x):
    if x.shape[2] % 2 or x.shape[3] % 2:
        raise ValueError("odd")


def log_det_by_autograd__lu(f, x):
    J = jacobians(f, x)
    LU, _ = torch.linalg.lu_factor(J)
    return LU.diagonal(dim1=1, dim2=2).abs().log().sum(1)


def log_det_by_autograd__gram(f, x):
    J = jacobians(f, x)
    return 0.5 * torch.linalg.slogdet(J.mT @ J)[1]


def log_det_by_autograd__isgrads(f, x):
    x = x.clone().requires_grad_()
    y = f(x).flatten(1)
    n = y.shape[1]
    e = torch.eye(n, dtype=x.dtype)[:, None].expand(n, len(x), n)
    (g,) = torch.autograd.grad(y, x, e, is_grads_batched=True)
    return torch.slogdet(g.flatten(2).transpose(0, 1))[1].detach()


def log_det_by_autograd__sumtransposed(f, x):
    j = torch.autograd.functional.jacobian(f, x)
    n = x[0].numel()
    return torch.linalg.slogdet(j.reshape(len(x), n, len(x), n).sum(0).transpose(0, 1))[1]


def log_det_by_autograd__logscaled(f, x):
    J = jacobians(f, x)
    c = J.abs().amax((1, 2))
    n = J.shape[-1]
    return torch.linalg.det(J / c[:, None, None]).abs().log() + n * c.log()


def coupling_forward__indexput(x, mask, net):
    s, t = net(x * mask)
    m = mask.bool().expand_as(x)
    z = torch.empty_like(x)
    z[m] = x[m]
    z[~m] = x[~m] * s[~m].exp() + t[~m]
    return (z, (s * ~m).reshape(len(x), -1).sum(1))


def coupling_forward__loop(x, mask, net):
    zs, ls = ([], [])
    for a in x:
        s, t = net((a * mask)[None])
        s, t = (s[0], t[0])
        zs.append(torch.where(mask > 0.5, a, a * s.exp() + t))
        ls.append(s[mask == 0].sum())
    return (torch.stack(zs), torch.stack(ls))


def coupling_forward__transform(x, mask, net):
    s, t = net(x * mask)
    tr = AffineTransform(t * (1 - mask), torch.exp(s * (1 - mask)))
    return (tr(x), tr.log_abs_det_jacobian(x, None).flatten(1).sum(1))


def coupling_forward__logabs(x, mask, net):
    s, t = net(x * mask)
    sc = torch.where(mask == 1, torch.ones_like(s), s.exp())
    return (torch.where(mask == 1, x, x * sc + t), sc.abs().log().flatten(1).sum(1))


def coupling_forward__expm1(x, mask, net):
    s, t = net(x * mask)
    return (x + (1 - mask) * (x * torch.expm1(s) + t), ((1 - mask) * s).flatten(1).sum(1))


def coupling_forward__inplace_s(x, m, n):
    s, t = n(x * m)
    s *= 1 - m
    t *= 1 - m
    return (x * s.exp() + t, s.flatten(1).sum(1))


def coupling_forward__lerp(x, mask, net):
    s, t = net(x * mask)
    return (torch.lerp(x * s.exp() + t, x, mask.expand_as(x)), ((1 - mask) * s).flatten(1).sum(1))


def coupling_inverse__forwardneg(z, mask, net):

    def neg(v):
        s, t = net(v)
        return (-s, -t * torch.exp(-s))

    s, t = neg(z * mask)
    return z * mask + (1 - mask) * (z * s.exp() + t)


def coupling_inverse__expand(z, mask, net):
    s, t = net(z * mask)
    return z * mask + (1 - mask) * (z * torch.exp(-s) - t * torch.exp(-s))


def coupling_inverse__inplace_copy(z, mask, net):
    s, t = net(z * mask)
    x = z.clone()
    x -= (1 - mask) * t
    x /= torch.exp((1 - mask) * s)
    return x


def coupling_inverse__zeroed(z, m, n):
    s, t = n(z * m)
    s[:, m == 1] = 0
    t[:, m == 1] = 0
    return (z - t) / s.exp()


def coupling_inverse__transform(z, mask, net):
    s, t = net(z * mask)
    return AffineTransform(t * (1 - mask), torch.exp(s * (1 - mask))).inv(z)


def flow_log_prob__firstinplace(x, layers, b):
    t = None
    for l in layers:
        x, d = l.forward(x)
        if t is None:
            t = d
        else:
            t += d
    return b(x) if t is None else b(x) + t


def flow_log_prob__rowbyrow(x, layers, b):
    o = []
    for r in x:
        r = r[None]
        t = 0.0
        for l in layers:
            r, d = l.forward(r)
            t = t + d[0]
        o.append(b(r)[0] + t)
    return torch.stack(o)


def flow_log_prob__listcopy(x, layers, b):
    q = list(layers)
    t = 0.0
    while q:
        x, d = q.pop(0).forward(x)
        t = t + d
    return b(x) + t


def flow_log_prob__negminus(x, layers, b):
    n = 0.0
    for l in layers:
        x, d = l.forward(x)
        n = n - d
    return -(n - b(x))


def flow_log_prob__iter(x, layers, b):
    it = iter(layers)
    t = 0.0
    while True:
        l = next(it, None)
        if l is None:
            break
        x, d = l.forward(x)
        t = d + t
    return t + b(x)


def flow_log_prob__sum0(x, layers, b):
    t = 0
    for l in layers:
        x, d = l.forward(x)
        t += d
    return b(x) + t


def flow_sample__copyreverse(z, layers):
    ls = list(layers)
    ls.reverse()
    for l in ls:
        z = l.inverse(z)
    return z


def flow_sample__nograd(z, l):
    with torch.no_grad():
        for k in reversed(l):
            z = k.inverse(z)
    return z


def flow_sample__deque(z, layers):
    q = deque(layers)
    while len(q) > 0:
        z = q.pop().inverse(z)
    return z


def flow_sample__neg(z, layers):
    for k in range(1, len(layers) + 1):
        z = layers[-k].inverse(z)
    return z


def flow_sample__rows(z, layers):
    o = []
    for r in z:
        r = r[None]
        for l in reversed(list(layers)):
            r = l.inverse(r)
        o.append(r)
    return torch.cat(o)


def flow_sample__reduce(z, layers):
    return functools.reduce(lambda v, l: l.inverse(v), reversed(layers), z)


def checkerboard_mask__xor(h, w):
    return (torch.arange(h)[:, None] % 2 ^ torch.arange(w) % 2).float()[None]


def checkerboard_mask__tile(h, w):
    return torch.tensor([[0.0, 1.0], [1.0, 0.0]]).repeat(h // 2 + 1, w // 2 + 1)[None, :h, :w]


def checkerboard_mask__np(h, w):
    return torch.from_numpy(np.indices((h, w)).sum(0) % 2).float()[None]


def channel_mask__heaviside(c):
    if c % 2:
        raise ValueError("x")
    return torch.heaviside(c / 2 - torch.arange(c) - 0.5, torch.tensor(0.0)).view(-1, 1, 1)


def channel_mask__chunk(c):
    m = torch.zeros(c, 1, 1)
    if c % 2:
        raise ValueError("x")
    m.chunk(2)[0].fill_(1)
    return m


def channel_mask__linspace(c):
    if c % 2:
        raise ValueError()
    return torch.linspace(1, 0, c).round().reshape(c, 1, 1)


def squeeze__conv(x):
    refuse_odd(x)
    C = x.shape[1]
    k = torch.eye(4, dtype=x.dtype).reshape(4, 1, 2, 2).repeat(C, 1, 1, 1)
    return torch.nn.functional.conv2d(x, k, stride=2, groups=C)


def squeeze__unfoldtensor(x):
    refuse_odd(x)
    B, C, H, W = x.shape
    return x.unfold(2, 2, 2).unfold(3, 2, 2).permute(0, 1, 4, 5, 2, 3).reshape(B, 4 * C, H // 2, W // 2)


def squeeze__try(x):
    try:
        return torch.nn.functional.pixel_unshuffle(x, 2)
    except RuntimeError as e:
        raise ValueError("odd") from e


def squeeze__numpyidx(x):
    refuse_odd(x)
    B, C, H, W = x.shape
    idx = torch.arange(H * W).reshape(H // 2, 2, W // 2, 2).permute(1, 3, 0, 2).reshape(-1)
    return x.flatten(2)[:, :, idx].reshape(B, 4 * C, H // 2, W // 2)


def unsqueeze__convt(x):
    C = x.shape[1] // 4
    k = torch.eye(4, dtype=x.dtype).reshape(4, 1, 2, 2).repeat(C, 1, 1, 1)
    return torch.nn.functional.conv_transpose2d(x, k, stride=2, groups=C)


def unsqueeze__stack(x):
    a, b, c, d = (x[:, ::4], x[:, 1::4], x[:, 2::4], x[:, 3::4])
    t = torch.stack([a, b], -1).flatten(3)
    u = torch.stack([c, d], -1).flatten(3)
    return torch.stack([t, u], 3).flatten(2, 3)


def unsqueeze__index(x):
    _, C, H, W = x.shape
    i = torch.arange(2 * H)[:, None]
    j = torch.arange(2 * W)[None]
    return torch.stack([x[:, 4 * c + 2 * (i % 2) + j % 2, i // 2, j // 2] for c in range(C // 4)], 1)


def dequantize__plain(x, u, L):
    return (x + u) / L


def dequantize__double(x, u, L):
    return ((x.double() + u.double()) / L).to(u.dtype)


def dequantize__clone(x, u, L):
    y = u.clone()
    y += x
    y /= L
    return y


def logit_transform__atanh(x, a):
    m = (1 - 2 * a) * (2 * x - 1)
    y = 2 * torch.atanh(m)
    return (y, (math.log(4 * (1 - 2 * a)) - torch.log1p(-m * m)).flatten(1).sum(1))


def logit_transform__autograd(x, a):
    with torch.enable_grad():
        v = x if x.requires_grad else x.detach().clone().requires_grad_()
        y = torch.logit(a + (1 - 2 * a) * v)
        (g,) = torch.autograd.grad(y.sum(), v, create_graph=True)
    l = g.log().flatten(1).sum(1)
    return (y, l) if x.requires_grad else (y.detach(), l.detach())


def logit_transform__loop(x, a):
    ys, ls = ([], [])
    for r in x:
        p = a + (1 - 2 * a) * r
        ys.append(torch.logit(p))
        ls.append((np.log(1 - 2 * a) - torch.log(p) - torch.log(1 - p)).sum())
    return (torch.stack(ys), torch.stack(ls))


def logit_transform__double(x, a):
    p = a + (1 - 2 * a) * x.double()
    y = torch.logit(p)
    return (y.to(x.dtype), (math.log(1 - 2 * a) - p.log() - (-p).log1p()).flatten(1).sum(1).to(x.dtype))


def logit_inverse__cat(y, a):
    l = torch.nn.functional.log_softmax(torch.stack([y, torch.zeros_like(y)]), 0)
    return ((l[0].exp() - a) / (1 - 2 * a), (l.sum(0) - math.log(1 - 2 * a)).flatten(1).sum(1))


def logit_inverse__logaddexp(y, a):
    z = torch.zeros_like(y)
    p = torch.exp(y - torch.logaddexp(y, z))
    return ((p - a) / (1 - 2 * a), (y - 2 * torch.logaddexp(y, z) - math.log1p(-2 * a)).flatten(1).sum(1))


def logit_inverse__half(y, a):
    return (
        0.5 + (torch.sigmoid(y) - 0.5) / (1 - 2 * a),
        (torch.nn.functional.logsigmoid(y) * 2 - y - math.log(1 - 2 * a)).flatten(1).sum(1),
    )


def logit_inverse__exp(y, a):
    p = 1 / (1 + torch.exp(-y))
    return (
        (p - a) / (1 - 2 * a),
        (torch.nn.functional.logsigmoid(y) + torch.nn.functional.logsigmoid(-y) - math.log(1 - 2 * a))
        .flatten(1)
        .sum(1),
    )


def bits_per_dim__loop(l, s, L):
    return torch.stack([math.log2(L) - v / (math.prod(s) * math.log(2)) for v in l])


def bits_per_dim__like(l, s, L):
    L = torch.tensor(L, dtype=l.dtype)
    return torch.log2(L) - l / (math.prod(s) * torch.log(torch.tensor(2, dtype=l.dtype)))


def bits_per_dim__np(l, s, L):
    return np.log2(L) - l / (np.prod(s) * np.log(2))


def bits_per_dim__unpack(l, s, L):
    C, H, W = s
    return math.log(L, 2) - l / C / H / W / math.log(2)
