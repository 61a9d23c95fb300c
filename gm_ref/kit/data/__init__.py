"""Data: digits, densities in the plane, captioned shapes, faces, published image sets, and a learner's own points.

A name is imported when it is first asked for, so that `gm-ref data list` need not wait for torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gm_ref.kit.data.canvas import COLOURS, FILLS, FORMS, POSITIONS, SIZES
    from gm_ref.kit.data.densities import (
        Checkerboard,
        Density,
        Mixture,
        Twisted,
        checkerboard,
        gaussian_ring,
        pinwheel,
        two_moons,
    )
    from gm_ref.kit.data.download import available, fetch, get
    from gm_ref.kit.data.faces import avatars, draw_avatars
    from gm_ref.kit.data.idx import read_idx
    from gm_ref.kit.data.images import digits, load, load_idx, split
    from gm_ref.kit.data.points import load_points
    from gm_ref.kit.data.shapes import (
        ATTRIBUTES,
        captioned_shapes,
        combinations,
        describe,
        draw_attributes,
        draw_shapes,
        has_words,
        read_captions,
    )
    from gm_ref.kit.data.sources import SOURCES, DataError

__all__ = [
    "ATTRIBUTES",
    "COLOURS",
    "FILLS",
    "FORMS",
    "POSITIONS",
    "SIZES",
    "SOURCES",
    "Checkerboard",
    "DataError",
    "Density",
    "Mixture",
    "Twisted",
    "available",
    "avatars",
    "captioned_shapes",
    "checkerboard",
    "combinations",
    "describe",
    "digits",
    "draw_attributes",
    "draw_avatars",
    "draw_shapes",
    "fetch",
    "gaussian_ring",
    "get",
    "has_words",
    "load",
    "load_idx",
    "load_points",
    "pinwheel",
    "read_captions",
    "read_idx",
    "split",
    "two_moons",
]
_MODULES = (
    "sources",
    "download",
    "idx",
    "points",
    "canvas",
    "shapes",
    "densities",
    "images",
    "faces",
)  # light ones first


def __getattr__(name: str) -> Any:
    """Return a name of __all__ from the first module that has it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    modules = (import_module(f"{__name__}.{stem}") for stem in _MODULES)
    return next(getattr(module, name) for module in modules if hasattr(module, name))


def __dir__() -> list[str]:
    return __all__
