"""What holds for every call of an exercise, declared once at its check."""

from collections.abc import Sequence
from dataclasses import dataclass

NAMED = ("alike", "same_dtype", "tables", "slopes")


@dataclass(frozen=True)
class Traits:
    """What a check asks of an exercise in every call; Beside, the slips and the mutants of the tests are led by it.

    rows: the places of the arguments that hold one row for each sample, as each part of the result then does: a
        sample alone and the same sample in a batch give the same.  () where nothing is a batch, or the batch is
        averaged away.
    alike: the names of arguments that always have one dtype, one device and one shape.
    same_dtype: the names of further arguments with that dtype and device, whatever their shapes.
    tables: the names of arguments that stay float64 where the data is float32, such as a schedule.
    slopes: the names of the arguments that gradients must reach; a network stands for its parameters.  The text of
        the exercise has to ask for it.
    exact: all digits of float64 count, not ten: nothing in the exercise cancels.
    float32: what comes in as float32 goes out as float32, and right; False where no tensor of numbers comes in.
    in_place: the exercise changes its arguments and returns nothing.
    """

    rows: tuple[int, ...] = (0,)
    alike: tuple[str, ...] = ()
    same_dtype: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    slopes: tuple[str, ...] = ()
    exact: bool = False
    float32: bool = True
    in_place: bool = False

    def __post_init__(self) -> None:
        for trait, kind in (("rows", int), *((name, str) for name in NAMED)):
            value = getattr(self, trait)
            if not isinstance(value, tuple) or not all(type(v) is kind for v in value):
                told = "places, such as rows=(0, 1)" if kind is int else f"names, such as {trait}=('x', 'mu')"
                raise ValueError(f"{trait} = {value!r} is no tuple of arguments: give their {told}.")

    def against(self, arguments: Sequence[str]) -> str:
        """Return the sentence on a trait that contradicts a function with these arguments, or ''."""
        there = f"the arguments are {', '.join(arguments)}"
        unknown = [(trait, name) for trait in NAMED for name in getattr(self, trait) if name not in arguments]
        if unknown:
            return f"{unknown[0][0]} names {unknown[0][1]!r}, which is no argument: {there}."
        beyond = [place for place in self.rows if not 0 <= place < len(arguments)]
        return f"rows names place {beyond[0]}, where no argument is: {there}, from place 0 on." if beyond else ""


USUAL = Traits()  # those of most exercises
