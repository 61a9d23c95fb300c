"""Right answers to flow_sample that are written in unusual ways.  A fair check passes them all."""

import functools
from collections import deque

import torch


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
