"""Networks that lessons are given: small enough for two CPU cores, plain enough to read in one sitting."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class MLP(nn.Sequential):
    """Linear layers with an activation between them: x (B, sizes[0]) -> (B, sizes[-1])."""

    def __init__(self, sizes: Sequence[int], activation: type[nn.Module] = nn.SiLU):
        layers: list[nn.Module] = []
        for i, (n_in, n_out) in enumerate(pairwise(sizes)):
            layers += [activation()] if i else []
            layers.append(nn.Linear(n_in, n_out))
        super().__init__(*layers)


class MLPStack(nn.Module):
    """Several MLPs of one size side by side, each on its own part of the batch: x (N B, sizes[0]) -> (N B, sizes[-1]).

    The first B rows belong to the first network, and so on; an output of one number is returned as (N B,). Leaky
    ReLU between the layers; weights as in He 2015.
    """

    def __init__(self, count: int, sizes: Sequence[int]):
        super().__init__()
        self.count = count
        pairs = list(pairwise(sizes))
        self.weights = nn.ParameterList([nn.Parameter(torch.randn(count, a, b) * (2 / a) ** 0.5) for a, b in pairs])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(count, 1, b)) for _, b in pairs])

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of all networks, in the order of x."""
        h = x.reshape(self.count, -1, x.shape[-1])
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            h = torch.baddbmm(bias, F.leaky_relu(h, 0.2) if i else h, weight)
        return h.reshape(len(x), -1).squeeze(-1)


class ResBlock(nn.Module):
    """Two 3x3 convolutions around a time signal, with a shortcut: x (B, C, H, W), emb (B, E) -> (B, D, H, W).

    Group norm and SiLU before each convolution; the second starts at zero, so that the block starts as its shortcut.
    He 2016; Ho 2020, app. B.
    """

    def __init__(self, n_in: int, n_out: int, n_emb: int):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, n_in), nn.GroupNorm(8, n_out)
        self.conv1, self.conv2 = nn.Conv2d(n_in, n_out, 3, padding=1), nn.Conv2d(n_out, n_out, 3, padding=1)
        self.time = nn.Linear(n_emb, n_out)
        self.short: nn.Module = nn.Conv2d(n_in, n_out, 1) if n_in != n_out else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        """Return the block's output."""
        h = self.conv1(F.silu(self.norm1(x))) + self.time(emb)[:, :, None, None]
        return self.short(x) + self.conv2(F.silu(self.norm2(h)))


class SmallUNet(nn.Module):
    """Predict eps from x_t (B, C, H, W), H and W even, and t (B,): a U-Net of two resolutions.

    embed(t, dim) -> (B, dim) is the features of t, for one the learner's own timestep_embedding. With width 32 and
    one channel it has 241,025 parameters. Ronneberger 2015; Ho 2020, app. B.
    """

    def __init__(self, embed: Callable, channels: int = 1, width: int = 32):
        super().__init__()
        self.embed, self.width = embed, width
        n_emb = 4 * width
        self.time = nn.Sequential(nn.Linear(2 * width, n_emb), nn.SiLU(), nn.Linear(n_emb, n_emb), nn.SiLU())
        self.enter = nn.Conv2d(channels, width, 3, padding=1)
        self.down = ResBlock(width, width, n_emb)
        self.low = nn.ModuleList([ResBlock(width, 2 * width, n_emb), ResBlock(2 * width, 2 * width, n_emb)])
        self.up = ResBlock(3 * width, width, n_emb)
        self.leave = nn.Sequential(nn.GroupNorm(8, width), nn.SiLU(), nn.Conv2d(width, channels, 3, padding=1))
        nn.init.zeros_(self.leave[2].weight)  # type: ignore[arg-type]
        nn.init.zeros_(self.leave[2].bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """Return the predicted eps, of x's shape."""
        emb = self.time(self.embed(t, 2 * self.width).to(x.dtype))
        high = self.down(self.enter(x), emb)
        low = F.avg_pool2d(high, 2)
        for block in self.low:
            low = block(low, emb)
        both = torch.cat([high, F.interpolate(low, scale_factor=2.0, mode="nearest")], dim=1)
        return self.leave(self.up(both, emb))


def count_parameters(net: nn.Module) -> int:
    """Return the number of trainable numbers in a network."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)
