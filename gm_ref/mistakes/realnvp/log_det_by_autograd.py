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


@mistake("the logarithm of a signed determinant")
def signed_logdet(f, x):
    """torch.logdet is NaN wherever the determinant is negative, that is where the map turns space over. A volume has no
    sign: take the second result of torch.linalg.slogdet.
    """
    return torch.logdet(jacobians(f, x))


@mistake("one gradient for the Jacobian")
def gradient_of_the_sum(f, x):
    """You differentiate the sum of all outputs. That gives one number for each input, the sum of a column of the
    Jacobian; the determinant needs every output's gradient as a row of its own.
    """
    return jacobians(f, x).sum(dim=1).abs().log().sum(dim=1)


@mistake("the trace for the determinant")
def trace_taken(f, x):
    """You take the trace of the Jacobian. It is the rate at which a volume grows along a flow in continuous time; the
    volume of one map grows by the determinant.
    """
    return jacobians(f, x).diagonal(dim1=1, dim2=2).sum(dim=1)


@mistake("absolute values inside the determinant")
def absolute_entries(f, x):
    """You make the Jacobian's entries positive before its determinant is taken, which is another matrix. Take the
    absolute value of the determinant.
    """
    return torch.linalg.slogdet(jacobians(f, x).abs()).logabsdet


@mistake("eigenvalues of a symmetric matrix")
def symmetric_eigenvalues(f, x):
    """eigvalsh reads one half of the matrix and takes it for symmetric, which a Jacobian is not. torch.linalg.slogdet
    needs no eigenvalues.
    """
    return torch.linalg.eigvalsh(jacobians(f, x)).abs().log().sum(dim=1)


@mistake("averaged over the batch")
def mean_over_the_batch(f, x):
    """You average over the batch. Each sample has its own Jacobian and its own log |det|: return (B,)."""
    return right.log_det_by_autograd(f, x).mean()


@mistake("real parts of the eigenvalues")
def real_parts(f, x):
    """You drop the imaginary parts of the eigenvalues. A map that turns has complex ones, and the determinant is the
    product of them as they are: take their absolute values, or torch.linalg.slogdet.
    """
    return torch.linalg.eigvals(jacobians(f, x)).real.abs().log().sum(dim=1)


@mistake("the logarithm made positive")
def positive_logarithm(f, x):
    """You take the absolute value of log |det|. It is negative where the map shrinks: take the absolute value of the
    determinant, inside the logarithm, alone.
    """
    return right.log_det_by_autograd(f, x).abs()


@mistake("a logarithm to base 2")
def base_two(f, x):
    """You take the logarithm to base 2. Densities are in nats throughout: the natural logarithm."""
    return right.log_det_by_autograd(f, x) / torch.log(torch.tensor(2.0, dtype=x.dtype))
