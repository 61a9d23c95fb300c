"""Right answers to coupling_forward that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import AffineTransform


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
