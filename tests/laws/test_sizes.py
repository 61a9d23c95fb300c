"""Small files, small functions.  Checks and mistakes are lists of sentences and may be longer."""

import pytest

from tests.laws.tree import FILES, IDS, body_lines, functions, parse, room

FILE_LINES, LIST_LINES = 250, 900
FUNCTION_LINES, CHECK_LINES = 25, 80


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_file_is_short(path):
    is_list = room(path) in ("checks", "mistakes") and path.parent.name in ("checks", "mistakes")
    assert path.read_text("utf-8").count("\n") <= (LIST_LINES if is_list else FILE_LINES)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_functions_are_short(path):
    limit = CHECK_LINES if path.parent.name == "checks" else FUNCTION_LINES
    long = {f.name: body_lines(f) for f in functions(parse(path)) if body_lines(f) > limit}
    assert not long
