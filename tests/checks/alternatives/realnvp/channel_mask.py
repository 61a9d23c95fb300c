"""Right answers to channel_mask that are written in unusual ways.  A fair check passes them all."""

import torch


def channel_mask__cat(channels):
    if channels % 2 == 1:
        raise ValueError(channels)
    return torch.cat([torch.ones(channels // 2), torch.zeros(channels // 2)]).view(-1, 1, 1)


def channel_mask__repeat(channels):
    half, rest = divmod(channels, 2)
    if rest:
        raise ValueError("odd")
    return torch.tensor([1.0, 0.0], dtype=torch.float64).repeat_interleave(half).reshape(channels, 1, 1)


def channel_mask__assigned(channels):
    if channels != 2 * int(channels / 2):
        raise ValueError("odd")
    mask = torch.zeros((channels, 1, 1))
    mask[: channels // 2] = 1
    return mask


def channel_mask__heaviside(c):
    if c % 2:
        raise ValueError("x")
    return torch.heaviside(c / 2 - torch.arange(c) - 0.5, torch.tensor(0.0)).view(-1, 1, 1)


def channel_mask__chunk(c):
    m = torch.zeros(c, 1, 1)
    if c % 2:
        raise ValueError("x")
    m.chunk(2)[0].fill_(1)
    return m


def channel_mask__linspace(c):
    if c % 2:
        raise ValueError()
    return torch.linspace(1, 0, c).round().reshape(c, 1, 1)


# Mutants of the reference that compute the same, or differ only where the exercise asks for nothing; and why.
EQUIVALENT = {
    "return (torch.arange(channels) < channels // 2).float()[:, None, None]  ->  return (torch.arange(channels) < channels / 2).float()[:, None, None]": "channels is even, so that both divisions give the same number",
}
