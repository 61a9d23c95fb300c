"""Predictions are kept and shown again; what goes bigger runs only when asked."""

import subprocess
import sys

import pytest

from gm_ref.desk import notebook
from gm_ref.desk.notebook import Prediction, bigger, predict, predicted


@pytest.fixture(autouse=True)
def no_predictions(monkeypatch):
    monkeypatch.setattr(notebook, "PREDICTIONS", {})


def shown(name, monkeypatch):
    """Return what predicted(name) displays, as HTML and as text."""
    found = []
    monkeypatch.setattr("IPython.display.display", found.append)
    predicted(name)
    (card,) = found
    return card._repr_html_(), repr(card)


def test_a_prediction_is_kept_and_shown_again(monkeypatch, capsys):
    predict("peak", "\n The narrow <one>,\nI think. \n")
    assert "is kept" in capsys.readouterr().out
    html, text = shown("peak", monkeypatch)
    assert "You predicted:" in html and "The narrow &lt;one&gt;,\nI think.</div>" in html
    assert text == "You predicted: The narrow <one>,\nI think."


def test_a_later_prediction_takes_the_place_of_the_earlier(monkeypatch):
    predict("peak", "one")
    predict("peak", "two")
    assert "one" not in shown("peak", monkeypatch)[1]


def test_an_empty_prediction_stops_nothing(monkeypatch, capsys):
    predict("peak", "\n\n")
    assert "You can also go on without" in capsys.readouterr().out
    assert shown("peak", monkeypatch)[1] == "You predicted nothing this time."


def test_after_a_restart_the_result_says_where_the_prediction_is(monkeypatch):
    assert "its cell above was not run since the kernel started" in shown("peak", monkeypatch)[1]


def test_a_prediction_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match="a prediction is text between quotes, got a float: write a sentence"):
        predict("peak", 0.5)


def test_a_prediction_is_plain_text_in_a_terminal():
    assert str(Prediction("You predicted:", "a < b")) == "You predicted: a < b"


@pytest.mark.parametrize(
    "go, needs, runs, says",
    [
        (False, "", False, "write go = True above"),
        (False, "gm_ref.no_such_room", False, "write go = True above"),
        (True, "", True, ""),
        (True, "gm_ref.desk", True, ""),
        (True, "gm_ref.no_such_room", False, "gm_ref.no_such_room is not part of this version of the course"),
    ],
)
def test_what_goes_bigger_runs_only_when_asked_and_where_its_models_are(go, needs, runs, says, capsys):
    assert bigger(go, needs) is runs
    out = capsys.readouterr().out
    assert says in out and bool(out) == bool(says)


def test_the_cells_of_a_lesson_need_no_torch():
    code = "import sys, gm_ref.desk.notebook; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
