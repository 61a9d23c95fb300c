"""A learner's CSV file is read, or refused with one sentence that says what to change."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gm_ref.kit.data import load_points

ROWS = [f"{k / 10},{-k}" for k in range(120)]
TEXT = "\n".join(ROWS)
POINTS = torch.tensor([[k / 10, -k] for k in range(120)])


def written(folder, content):
    path = folder / "points.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n\n  \n",
        TEXT.replace("\n", "\r\n") + "\r\n",
        "\ufeff" + TEXT,
        "\ufeff" + TEXT.replace("\n", "\r\n"),
        TEXT.replace(",", " , "),
        TEXT.replace("0.5,-5", '"0.5","-5"'),
    ],
    ids=["plain", "last line end", "blank lines", "windows", "mark", "mark and windows", "spaces", "quotes"],
)
def test_sound_files(tmp_path, content):
    points = load_points(written(tmp_path, content))
    assert points.dtype == torch.float32
    torch.testing.assert_close(points, POINTS)


def test_text_paths_do_too(tmp_path):
    assert load_points(str(written(tmp_path, TEXT))).shape == (120, 2)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(*[st.floats(-(2.0**99), 2.0**99, width=32)] * 2), min_size=100, max_size=120))
def test_numbers_read_back(tmp_path_factory, rows):
    path = written(tmp_path_factory.mktemp("csv"), "\n".join(f"{x!r},{y!r}" for x, y in rows))
    assert torch.equal(load_points(path), torch.tensor(rows, dtype=torch.float32))


@pytest.mark.parametrize(
    "content, match",
    [
        ("", "is empty"),
        ("\n \r\n", "is empty"),
        ("\ufeff", "is empty"),
        ("\n".join(ROWS[:99]), "has 99 rows, expected at least 100"),
        ("x,y\n" + TEXT, 'line 1: found "x,y", expected two numbers: delete the header line'),
        ("\ufeffx,y\r\n" + TEXT, "delete the header line"),
        ("\n".join(f"{row},1" for row in ROWS), "line 1: found 3 columns, expected two"),
        ("\n".join("1.5" for _ in ROWS), "line 1: found 1 column, expected two"),
        (TEXT.replace(",", ";"), "line 1: found semicolons between the numbers, expected two"),
        (TEXT.replace(",", "\t"), "line 1: found tabs between"),
        (TEXT + "\n1,2,3", "line 121: found 3 columns"),
        (TEXT.replace("0.5,-5", "0.5,five", 1), 'line 6: found "0.5,five", expected two numbers: correct or delete'),
        (TEXT.replace("0.5,-5", "a,b", 1), 'line 6: found "a,b", expected two numbers: correct or delete'),
        (TEXT.replace("0.5,-5", "0.5,", 1), 'line 6: found "0.5,", expected two numbers'),
        (TEXT.replace("0.5,-5", "nan,1", 1), 'line 6: found "nan,1", expected finite numbers'),
        (TEXT.replace("0.5,-5", "1,NaN", 1), "expected finite numbers"),
        (TEXT.replace("0.5,-5", "inf,1", 1), "expected finite numbers"),
        (TEXT.replace("0.5,-5", "1e300,1", 1), "expected finite numbers"),
        (TEXT.encode("utf-16"), "is not a plain text table, expected CSV in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not a plain text table"),
        (TEXT.replace("0.5,-5", '"0.5,-5', 1), "is not a plain text table|found"),
    ],
)
def test_other_files_are_refused_in_one_sentence(tmp_path, content, match):
    with pytest.raises(ValueError, match=match) as caught:
        load_points(written(tmp_path, content))
    text = str(caught.value)
    assert text.startswith("points.csv") and text.endswith(".") and "\n" not in text and len(text) < 200


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv does not exist, expected a CSV file.*: check the name"):
        load_points(tmp_path / "nothing.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder, expected a CSV file"):
        load_points(tmp_path)
