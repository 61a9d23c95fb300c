"""A learner's own points in the plane, from a text file with two numbers a line."""

import csv
from pathlib import Path

import torch
from torch import Tensor

LEAST = 100  # rows; fewer say too little about a density
LARGEST = torch.finfo(torch.float32).max


def load_points(path: str | Path) -> Tensor:
    """Return the points (N, 2), float32, of a CSV file without a header: two numbers a line, a comma between.

    Windows line ends, a byte-order mark and blank lines are understood.  Raises FileNotFoundError when there is no
    such file, and ValueError with the line when it is empty, not text, has another number of columns, something
    that is not a finite number, a header, or fewer than 100 rows.
    """
    path = Path(path)
    rows = [(number, row) for number, row in _rows(path) if any(cell.strip() for cell in row)]
    if not rows:
        raise ValueError(f"{path.name} is empty, expected at least {LEAST} lines with two numbers each: fill it.")
    points = [_point(row, f"{path.name}, line {number}", first=number == rows[0][0]) for number, row in rows]
    if len(points) < LEAST:
        raise ValueError(f"{path.name} has {len(points)} rows, expected at least {LEAST}: add more points.")
    return torch.tensor(points, dtype=torch.float32)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the line number and the cells of every line."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist, expected a CSV file of points: check the name and the folder.")
    if not path.is_file():
        raise ValueError(f"{path} is a folder, expected a CSV file of points: name the file in it.")
    try:
        reader = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True)
        return [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error):
        raise ValueError(f"{path.name} is not a plain text table, expected CSV in UTF-8: export it as such.") from None


def _point(row: list[str], where: str, first: bool) -> tuple[float, float]:
    """Return the two numbers of a row; `where` names the line in errors; a header may stand in the first."""
    if len(row) != 2:
        raise ValueError(f"{where}: found {_columns(row)}, expected two with commas between: keep only x and y.")
    numbers = [_number(cell) for cell in row]
    if any(number is None for number in numbers):
        cure = "delete the header line" if first and numbers == [None, None] else "correct or delete the line"
        raise ValueError(f'{where}: found "{",".join(row)}", expected two numbers: {cure}.')
    x, y = (float(number) for number in numbers if number is not None)
    if not (abs(x) < LARGEST and abs(y) < LARGEST):
        raise ValueError(f'{where}: found "{",".join(row)}", expected finite numbers: correct or delete the line.')
    return x, y


def _columns(row: list[str]) -> str:
    """Return how many columns there are, and a separator that is not the comma."""
    other = {";": "semicolons", "\t": "tabs"}
    between = [name for mark, name in other.items() if mark in "".join(row)]
    return f"{between[0]} between the numbers" if between else f"{len(row)} column{'s' * (len(row) > 1)}"


def _number(cell: str) -> float | None:
    """Return the number in a cell, NaN and infinity too, or None."""
    try:
        return float(cell)
    except ValueError:
        return None
