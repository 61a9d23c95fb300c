"""Functions that checks hand to a learner's code in place of a trained network: every answer is known exactly.

They are modules with plain state, so that a grader can rebuild them in another process.
"""

import torch
from torch import Tensor, nn


def expect_steps(x_t: Tensor, t: Tensor) -> None:
    """Raise ValueError unless t holds one step for each sample of x_t."""
    if t.shape != x_t.shape[:1]:
        raise ValueError(f"net got t of shape {tuple(t.shape)}; it expects {tuple(x_t.shape[:1])}, a step per sample.")


class GaussianNoisePredictor(nn.Module):
    """The best possible eps for data N(m, s2) in every entry: E[eps | x_t], x_t (B, *), t (B,) -> (B, *).

    eps* = sqrt(1 - alpha_bar) (x_t - sqrt(alpha_bar) m) / (alpha_bar s2 + 1 - alpha_bar), from conditioning the
    Gaussian (eps, x_t) on x_t.  With s2 = 0 the data is m itself and eps is known exactly.
    """

    alpha_bar: Tensor

    def __init__(self, m: float, s2: float, alpha_bar: Tensor):
        super().__init__()
        self.m, self.s2 = m, s2
        self.register_buffer("alpha_bar", alpha_bar)

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        """Return E[eps | x_t]; a t that is no step of the chain is told as such."""
        expect_steps(x_t, t)
        if t.is_floating_point() or not bool((t < len(self.alpha_bar)).all()):
            got = f"{t.dtype}".removeprefix("torch.") if t.is_floating_point() else t.tolist()
            raise ValueError(
                f"net got t = {got}; it expects t as it came, whole numbers up to {len(self.alpha_bar) - 1}."
            )
        share = self.alpha_bar[t].to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1))
        return torch.sqrt(1 - share) * (x_t - torch.sqrt(share) * self.m) / (share * self.s2 + 1 - share)


class TimeScaled(nn.Module):
    """A predictor that shows at once which t it was given: a x_t + b t + c, x_t (B, *), t (B,) -> (B, *)."""

    def __init__(self, a: float = 0.3, b: float = 0.01, c: float = 0.1):
        super().__init__()
        self.a, self.b, self.c = a, b, c

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        """Return a x_t + b t + c."""
        expect_steps(x_t, t)
        return self.a * x_t + self.b * t.to(x_t.dtype).reshape(-1, *[1] * (x_t.dim() - 1)) + self.c


class TrainablePredictor(nn.Module):
    """A predictor with one parameter to train: weight x_t, x_t (B, *), t (B,) -> (B, *)."""

    def __init__(self, weight: float = 0.4):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float64))

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        """Return weight x_t."""
        return self.weight.to(x_t.dtype) * x_t


class WeightsAndStatistics(nn.Module):
    """A small network with all kinds of state: x (B, 3) -> (B, 2).

    A parameter of its own, nested layers, running statistics and a counter of batches; `start` sets every number.
    """

    def __init__(self, start: float):
        super().__init__()
        self.gain = nn.Parameter(torch.empty(2, dtype=torch.float64))
        layers = nn.Linear(3, 2, dtype=torch.float64), nn.BatchNorm1d(2, dtype=torch.float64)
        self.body = nn.Sequential(*layers)
        with torch.no_grad():
            for k, state in enumerate([*self.parameters(), *self.buffers()]):
                size = torch.arange(state.numel(), dtype=torch.float64).reshape(state.shape)
                state.copy_(2 + torch.sin(start + k + 2.1 * size))
            self.body[1].get_buffer("num_batches_tracked").fill_(int(100 * start))

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalised features (B, 2), scaled."""
        return self.gain * self.body(x)
