"""What several checks of lesson 00 share: oracles, inputs, where to look."""

import torch
from torch import Tensor
from torch.distributions import Normal

LEVELS = torch.tensor([[-4.0], [4.0]], dtype=torch.float64)  # 400 such variances multiply to 0, and to infinity
MANY = "A product or a determinant over so many dimensions leaves the range of numbers: sum logarithms."


def log_pdf(x: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """Return the log-density of each entry by itself, from torch's own normal distribution; all of one shape."""
    return Normal(mu, torch.exp(logvar / 2)).log_prob(x)
