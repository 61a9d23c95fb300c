"""Wrong answers to log_det_by_autograd that people really give, each with the sentence that cures it."""

import torch

from gm_ref.flow import realnvp as right
from gm_ref.mistakes.realnvp import BANK

mistake, convention = BANK.of("log_det_by_autograd")


def jacobians(f, x):
    """Return one Jacobian for each sample, (B, D, D)."""
    rows = [torch.autograd.functional.jacobian(lambda s: f(s[None]).flatten(), sample) for sample in x]
    return torch.stack([j.reshape(len(j), -1) for j in rows])


@mistake("no absolute value")
def no_absolute_value(f, x):
    """You take the logarithm of the determinant itself, which is negative wherever the map turns space over: NaN. A
    volume has no sign; take the absolute value first.
    """
    return torch.log(torch.linalg.det(jacobians(f, x)))


@mistake("the determinant underflows")
def determinant_underflows(f, x):
    """You compute the determinant and then its logarithm. In many dimensions the determinant is too small or too large
    for a float while its logarithm is an ordinary number: torch.linalg.slogdet gives that directly.
    """
    return torch.log(torch.linalg.det(jacobians(f, x)).abs())


@mistake("the sign")
def minus_log_det(f, x):
    """You return minus log |det df/dx|, which belongs to the inverse of f. The function asks for f itself."""
    return -right.log_det_by_autograd(f, x)


@mistake("the diagonal only")
def diagonal_only(f, x):
    """You multiply the diagonal of the Jacobian. That is its determinant only when the Jacobian is triangular; an
    oracle must not assume it.
    """
    return jacobians(f, x).diagonal(dim1=1, dim2=2).abs().log().sum(dim=1)


@mistake("summed over the batch")
def one_for_the_batch(f, x):
    """You return one number for the whole batch. Each sample has its own Jacobian and its own log |det|: return
    (B,).
    """
    return right.log_det_by_autograd(f, x).sum()


@mistake("no logarithm")
def no_logarithm(f, x):
    """You return |det|. Log-densities add, so the course works with its logarithm throughout."""
    return torch.linalg.det(jacobians(f, x)).abs()


@mistake("mean over dimensions")
def log_det_per_dimension(f, x):
    """You divide log |det| by the number of dimensions. It is a sum over dimensions: volumes multiply."""
    return right.log_det_by_autograd(f, x) / x[0].numel()


@mistake("one Jacobian for all samples")
def first_sample_for_all(f, x):
    """You use the Jacobian at the first sample for all. A Jacobian belongs to the point where it is taken: compute one
    at each sample.
    """
    return right.log_det_by_autograd(f, x[:1]).expand(len(x))


@mistake("the square of the determinant")
def gram_not_halved(f, x):
    """You take the determinant of the transposed Jacobian times the Jacobian. That is the square of what is asked for,
    so your logarithm is twice as large: halve it, or use the Jacobian itself.
    """
    return 2 * right.log_det_by_autograd(f, x)


@mistake("the sign for the logarithm")
def sign_returned(f, x):
    """You return the determinant's sign. torch.linalg.slogdet gives two things, the sign and log |det|: take the
    second.
    """
    return torch.linalg.slogdet(jacobians(f, x)).sign
