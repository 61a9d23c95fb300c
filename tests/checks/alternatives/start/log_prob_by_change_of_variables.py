"""Right answers to log_prob_by_change_of_variables that are written in unusual ways.  A fair check passes them all."""

import torch
from torch.distributions import (
    AffineTransform,
    Distribution,
)


class _Given(Distribution):
    """A base distribution made of a log-density alone."""

    def __init__(self, log_density):
        super().__init__(validate_args=False)
        self.log_density = log_density

    def log_prob(self, value):
        return self.log_density(value)


def log_prob_by_change_of_variables__keywords(x, f, log_abs_det, base_log_prob):
    stretch = log_abs_det(x)
    return torch.add(stretch, _Given(base_log_prob).log_prob(f(x)))


def log_prob_by_change_of_variables__stacked(x, f, log_abs_det, base_log_prob):
    return torch.stack([log_abs_det(x), base_log_prob(f(x))]).sum(0)


def log_prob_by_change_of_variables__in_chunks(x, f, log_abs_det, base_log_prob):
    return torch.cat([base_log_prob(f(part)) + log_abs_det(part) for part in x.double().split(2)]).to(x.dtype)


def log_prob_by_change_of_variables__one_at_a_time(x, f, log_abs_det, base_log_prob):
    return torch.cat([base_log_prob(f(row[None])) + log_abs_det(row[None]) for row in x])


def log_prob_by_change_of_variables__autograd_jacobian(x, f, log_abs_det, base_log_prob):
    rows = [torch.func.jacrev(lambda r: f(r[None])[0])(row) for row in x]
    return base_log_prob(f(x)) + torch.linalg.slogdet(torch.stack(rows)).logabsdet


def log_prob_by_change_of_variables__from_the_inverse(x, f, log_abs_det, base_log_prob):
    z = f(AffineTransform(0.0, 1.0)(x))
    log_det_of_inverse = -log_abs_det(x)
    return base_log_prob(z) - log_det_of_inverse
