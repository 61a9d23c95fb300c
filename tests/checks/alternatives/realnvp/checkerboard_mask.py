"""Right answers to checkerboard_mask that are written in unusual ways.  A fair check passes them all."""

import numpy as np
import torch


def checkerboard_mask__loops(height, width):
    rows = [[float((i + j) % 2) for j in range(width)] for i in range(height)]
    return torch.tensor([rows])


def checkerboard_mask__signs(height, width):
    down, across = (-1.0) ** torch.arange(height), (-1.0) ** torch.arange(width)
    return ((1 - down[:, None] * across) / 2).unsqueeze(0)


def checkerboard_mask__assigned(height, width):
    mask = torch.zeros(1, height, width, dtype=torch.float64)
    mask[:, ::2, 1::2] = 1
    mask[:, 1::2, ::2] = 1
    return mask


def checkerboard_mask__xor(h, w):
    return (torch.arange(h)[:, None] % 2 ^ torch.arange(w) % 2).float()[None]


def checkerboard_mask__tile(h, w):
    return torch.tensor([[0.0, 1.0], [1.0, 0.0]]).repeat(h // 2 + 1, w // 2 + 1)[None, :h, :w]


def checkerboard_mask__np(h, w):
    return torch.from_numpy(np.indices((h, w)).sum(0) % 2).float()[None]


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "rows, columns = (torch.arange(height)[:, None], torch.arange(width)[None, :])  ->  rows, columns = (torch.arange(width)[None, :], torch.arange(height)[:, None])": "odd sums and odd differences are at the same places",
    "return ((rows + columns) % 2).float()[None]  ->  return ((rows - columns) % 2).float()[None]": "odd sums and odd differences are at the same places",
}
