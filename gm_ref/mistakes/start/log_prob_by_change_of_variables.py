"""Wrong answers to log_prob_by_change_of_variables that people really give, each with the sentence that cures it."""

import math

from gm_ref.mistakes.start import BANK

mistake, convention = BANK.of("log_prob_by_change_of_variables")


@mistake("the sign of the log-determinant", source="a widely copied summary has the sign of the other direction")
def minus_log_det(x, f, log_abs_det, base_log_prob):
    """You subtract the log-determinant. Here f goes from x to z: where it stretches, the same probability comes from a
    shorter piece of x, so p(x) is larger. The minus belongs to a map written from z to x.
    """
    return base_log_prob(f(x)) - log_abs_det(x)


@mistake("the log-determinant is lost")
def no_log_det(x, f, log_abs_det, base_log_prob):
    """You return the density of z at f(x). A density changes when lengths change: add log |det dz/dx|."""
    return base_log_prob(f(x))


@mistake("the base density at x")
def base_at_x(x, f, log_abs_det, base_log_prob):
    """You evaluate the base density at x. It is the density of z: evaluate it at f(x)."""
    return base_log_prob(x) + log_abs_det(x)


@mistake("the log-determinant at z")
def log_det_at_z(x, f, log_abs_det, base_log_prob):
    """You evaluate the log-determinant at z = f(x). It is a function of x: the stretch of f where x is."""
    z = f(x)
    return base_log_prob(z) + log_abs_det(z)


@mistake("a logarithm taken twice")
def log_of_log(x, f, log_abs_det, base_log_prob):
    """You take the logarithm of log_abs_det. It is a logarithm already: add it as it is."""
    return base_log_prob(f(x)) + log_abs_det(x).log()


@mistake("the determinant added, not its logarithm")
def adds_det(x, f, log_abs_det, base_log_prob):
    """You undo the logarithm and add the determinant itself. Densities multiply with it; logarithms add its
    logarithm.
    """
    return base_log_prob(f(x)) + log_abs_det(x).exp()


@mistake("log-density times determinant")
def multiplies(x, f, log_abs_det, base_log_prob):
    """You multiply the log-density by the determinant. Densities multiply; their logarithms add."""
    return base_log_prob(f(x)) * log_abs_det(x).exp()


@mistake("the absolute value of the log-determinant")
def abs_outside(x, f, log_abs_det, base_log_prob):
    """You take the absolute value of the log-determinant. The absolute value belongs inside the logarithm; where f
    compresses, the log-determinant is negative and must stay so.
    """
    return base_log_prob(f(x)) + log_abs_det(x).abs()


@mistake("summed over the batch")
def batch_summed(x, f, log_abs_det, base_log_prob):
    """You sum the log-determinant over the batch. Each sample has its own."""
    return base_log_prob(f(x)) + log_abs_det(x).sum()


@mistake("averaged over the batch")
def batch_averaged(x, f, log_abs_det, base_log_prob):
    """You average over the batch. One log-density for each sample is wanted; averages come later, in training."""
    return (base_log_prob(f(x)) + log_abs_det(x)).mean()


@mistake("exp, then log again")
def through_densities(x, f, log_abs_det, base_log_prob):
    """You go from logarithms to densities, multiply, and take the logarithm. Far out, or in many dimensions, the
    density underflows to 0 on the way: stay with logarithms and add them.
    """
    return (base_log_prob(f(x)).exp() * log_abs_det(x).exp()).log()


@mistake("the density, not its logarithm")
def density_of_x(x, f, log_abs_det, base_log_prob):
    """You return the density p(x). Its logarithm is wanted."""
    return (base_log_prob(f(x)) + log_abs_det(x)).exp()


@mistake("the log-determinant averaged over the batch")
def log_det_averaged(x, f, log_abs_det, base_log_prob):
    """You average the log-determinant over the batch. Each sample has its own: where f stretches more, p(x) is
    larger.
    """
    return base_log_prob(f(x)) + log_abs_det(x).mean()


@mistake("one number for the whole batch")
def all_summed(x, f, log_abs_det, base_log_prob):
    """You sum over the batch. One log-density for each sample is wanted, (B,)."""
    return (base_log_prob(f(x)) + log_abs_det(x)).sum()


@mistake("two logarithms multiplied")
def logs_multiplied(x, f, log_abs_det, base_log_prob):
    """You multiply the two logarithms. Density and determinant multiply; their logarithms add."""
    return base_log_prob(f(x)) * log_abs_det(x)


@mistake("a standard normal for the base")
def standard_base(x, f, log_abs_det, base_log_prob):
    """You take a standard normal for the density of z. It is what base_log_prob says: call it with z."""
    z = f(x)
    return -0.5 * (z**2 + math.log(2 * math.pi)).sum(1) + log_abs_det(x)


@mistake("the log-determinant at z, subtracted")
def of_the_inverse(x, f, log_abs_det, base_log_prob):
    """You subtract the log-determinant at z: that is the formula for a map from z to x. Here f maps x to z, and
    log_abs_det is a function of x: add log_abs_det(x).
    """
    z = f(x)
    return base_log_prob(z) - log_abs_det(z)


@mistake("divided by the number of dimensions")
def per_dimension(x, f, log_abs_det, base_log_prob):
    """You divide by the number of dimensions. The log-density of a sample is wanted, not its share for each entry."""
    return (base_log_prob(f(x)) + log_abs_det(x)) / x.shape[1]


@mistake("the log-determinant once for every dimension")
def times_dimensions(x, f, log_abs_det, base_log_prob):
    """You count the log-determinant once for every dimension. log_abs_det is the sum over dimensions already: add it
    once.
    """
    return base_log_prob(f(x)) + x.shape[1] * log_abs_det(x)
