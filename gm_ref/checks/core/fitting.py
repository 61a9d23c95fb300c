"""Which of a network's tensors is which: names are the learner's, so order, shape and how they begin must tell."""

from torch import Tensor

Shapes = dict[str, tuple[int, ...]]


def matched(
    wanted: Shapes, own: Shapes, starts: dict[str, float], constant: dict[str, float]
) -> tuple[dict[str, str], list[str]]:
    """Return wanted name -> own name of the next tensor of this shape, and the own names that are left over.

    Names with a start choose first, among the tensors that are constant with this number.
    """
    rest = list(own)
    found: dict[str, str] = {}
    for by_start in (True, False):
        for name in [n for n in wanted if n not in found]:
            fits = [n for n in rest if own[n] == tuple(wanted[name])]
            fits = [n for n in fits if name in starts and constant.get(n) == starts[name]] if by_start else fits
            if fits:
                found[name] = fits[0]
                rest.remove(fits[0])
    return {name: found[name] for name in wanted if name in found}, rest


def is_constant(x: Tensor) -> bool:
    """Say whether all numbers of a tensor are the same one."""
    return x.numel() > 0 and bool((x == x.flatten()[0]).all())


def listed(shapes: Shapes) -> str:
    """Return up to four tensors with their shapes."""
    named = [f"{name} {shape}" for name, shape in shapes.items()]
    return ", ".join(named[:4]) + (", ..." if len(named) > 4 else "") if named else "none"
