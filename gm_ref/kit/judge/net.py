"""The judge's network: three convolutions, 64 features, and one small classifier for each attribute."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from gm_ref.kit.data.faces import ATTRIBUTES

WORDS = [len(names) for names in ATTRIBUTES.values()]
SIDE, FEATURES = 32, 64
CHANNELS = (12, 40, 48, 64)


class Judge(nn.Module):
    """Read images (n, 3, 32, 32) in [-1, 1]: 64 features, and from them the logits of each attribute's words."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.PixelUnshuffle(2)]  # four pixels become one of 12 channels: a third of the time
        for i, (n_in, n_out) in enumerate(pairwise(CHANNELS)):
            convolution = nn.Conv2d(n_in, n_out, 3, stride=2 if i else 1, padding=1, bias=False)
            layers += [convolution, nn.BatchNorm2d(n_out), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * CHANNELS[-1], FEATURES), nn.ReLU())
        self.head = nn.Linear(FEATURES, sum(WORDS))

    def features(self, images: Tensor) -> Tensor:
        """Return the features (n, 64), none of them negative."""
        return self.body(images)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return for each attribute the logits (n, K) of its K words."""
        return self.head(self.features(images)).split(WORDS, dim=1)


def cross_entropy(net: nn.Module, batch: tuple[Tensor, Tensor], generator: torch.Generator) -> Tensor:
    """Return the summed cross-entropy of all attributes for images and attributes (n, 8), with a little noise."""
    images, attributes = batch
    noise = torch.randn(images.shape, generator=generator, device=images.device)
    logits = net(images + 0.05 * noise)
    losses = [nn.functional.cross_entropy(o, attributes[:, k]) for k, o in enumerate(logits)]
    return torch.stack(losses).sum()
