"""Right answers to flow_log_prob that are written in unusual ways.  A fair check passes them all."""

import functools

import torch


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


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "total = torch.zeros(len(x), dtype=x.dtype, device=x.device)  ->  total = torch.zeros(len(x), device=x.device)": "float32 zeros are promoted by the first layer's log_det",
}
