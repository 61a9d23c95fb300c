"""Right answers to predict_x0 that are written in unusual ways.  A fair check passes them all."""

import torch


def predict_x0__reciprocals(x_t, t, eps, alpha_bar):
    a, b = alpha_bar.rsqrt(), (1 / alpha_bar - 1).sqrt()
    shape = (-1,) + (1,) * (x_t.dim() - 1)
    return a[t].to(x_t.dtype).view(shape) * x_t - b[t].to(x_t.dtype).view(shape) * eps


def predict_x0__loop(x_t, t, eps, alpha_bar):
    def one(x, s, e):
        share = alpha_bar[s].item()
        return (x - e * (1 - share) ** 0.5) * share**-0.5

    return torch.stack([one(*row) for row in zip(x_t, t, eps, strict=True)])


def predict_x0__transposed(x_t, t, eps, alpha_bar):
    a = alpha_bar[t].to(x_t.dtype)
    last = (x_t.movedim(0, -1) - (1 - a).sqrt() * eps.movedim(0, -1)) / a.sqrt()
    return last.movedim(-1, 0)
