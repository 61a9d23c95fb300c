"""The R1 step against the closed form for a linear critic: |w|^2 gamma / 2."""

import pytest
import torch
from torch import nn
from torch.optim import SGD

from gm_ref.kit.adversarial import r1_step


class Critic(nn.Linear):
    def forward(self, x):
        return super().forward(x).squeeze(-1)


def test_a_linear_critic_pays_gamma_half_w_squared():
    D = Critic(2, 1, dtype=torch.float64)
    with torch.no_grad():
        D.weight.copy_(torch.tensor([[3.0, 4.0]]))
    loss = r1_step(
        D, lambda logits: 0 * logits.sum(), torch.randn(5, 2).double(), SGD(D.parameters(), lr=0.1), gamma=0.6
    )
    assert loss.item() == pytest.approx(0.3 * 25)
    assert torch.allclose(D.weight, torch.tensor([[3.0, 4.0]]).double() * (1 - 0.1 * 0.6))
