"""Right answers to coupling_inverse that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import AffineTransform


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


def coupling_inverse__expm1(z, mask, net):
    s, t = net(z * mask)
    return z + (1 - mask) * (torch.expm1(-s) * (z - t) - t)


def coupling_inverse__zeroed(z, m, n):
    s, t = n(z * m)
    s[:, m == 1] = 0
    t[:, m == 1] = 0
    return (z - t) / s.exp()


def coupling_inverse__transform(z, mask, net):
    s, t = net(z * mask)
    return AffineTransform(t * (1 - mask), torch.exp(s * (1 - mask))).inv(z)


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "return kept + (1 - mask) * (z - t) * torch.exp(-(1 - mask) * s)  ->  return kept + (1 - mask) * (z - t) * torch.exp(-(1 + mask) * s)": "the inner mask matters only where exp overflows; outside, the outer mask removes those entries",
    "return kept + (1 - mask) * (z - t) * torch.exp(-(1 - mask) * s)  ->  return kept + (1 - mask) * (z - t) * torch.exp(-1 * s)": "the inner mask matters only where exp overflows; outside, the outer mask removes those entries",
}
