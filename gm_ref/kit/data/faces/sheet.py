"""A contact sheet of faces: the same ones drawn at 64, 32 and 16 pixels, and in pencil."""

from pathlib import Path

import torch
from torch import Tensor

from gm_ref.kit.data.faces import describe, draw_attributes, draw_avatars, draw_jitter
from gm_ref.kit.plot import image_grid, new_figure, png_of

COUNT, COLUMNS = 24, 12
WAYS = ((64, False), (32, False), (16, False), (64, True), (32, True))


def contact_sheet(name: str, out: Path, seed: int = 0) -> Path:
    """Write the sheet of a set as a PNG and return its path; the seed says which faces are on it.

    Raises ValueError for a name other than avatars, and OSError where the file cannot be written.
    """
    if name != "avatars":
        raise ValueError(f'no set that is drawn on the spot is called "{name}": give avatars.')
    generator = torch.Generator().manual_seed(seed)
    attributes, jitter = draw_attributes(COUNT, generator), draw_jitter(COUNT, generator)
    figure, axes = new_figure(len(WAYS), 1, size=(12, 11))
    for ax, (size, pencil) in zip(axes, WAYS, strict=True):
        title = f"{size} x {size} pixels{', in pencil: one grey channel' if pencil else ''}"
        image_grid(enlarged(draw_avatars(attributes, jitter, size, pencil)), COLUMNS, ax, title)
    axes[0].set_title(f'64 x 64 pixels; the first is "{describe(attributes[:1])[0]}"')
    out.write_bytes(png_of(figure))
    return out


def enlarged(images: Tensor, width: int = 128) -> Tensor:
    """Return images (n, C, H, H) with each pixel repeated, so that small ones look as large as the others."""
    times = width // images.shape[-1]
    return images.repeat_interleave(times, dim=2).repeat_interleave(times, dim=3)
