"""What several checks of lesson 21 share: oracles, inputs, expectations."""

import torch
from torch import Tensor
from torch.distributions import Independent, Normal

WIDE = torch.tensor([[-60.0, -35.0, -15.0, 15.0, 35.0], [60.0, -25.0, 25.0, -12.0, 12.0]], dtype=torch.float64)
ANY_LOGVAR = "No clamp and no small constant: the formula holds for every logvar."


def normal(mu: Tensor, logvar: Tensor) -> Independent:
    """Return torch's own diagonal normal over all entries of a sample."""
    base = Normal(mu, torch.exp(0.5 * logvar).expand_as(mu))
    return Independent(base, mu.dim() - 1)
