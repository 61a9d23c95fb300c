"""Small files, small functions.  A check is a list of properties with their sentences and may be longer."""

import pytest

from tests.laws.tree import FILES, IDS, body_lines, functions, parse

FILE_LINES = 250
FUNCTION_LINES, CHECK_LINES = 25, 80


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_file_is_short(path):
    assert path.read_text("utf-8").count("\n") <= FILE_LINES


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_functions_are_short(path):
    limit = CHECK_LINES if path.parent.parent.name == "checks" else FUNCTION_LINES
    long = {f.name: body_lines(f) for f in functions(parse(path)) if body_lines(f) > limit}
    assert not long
