"""A secret planted in any file of a release is found, and nothing is written then."""

import shutil

import pytest

from gm_ref.course import leaks
from gm_ref.course.paths import Rooms
from gm_ref.course.release_contents import contents
from gm_ref.syllabus import LESSONS
from tests.course.handed import DDPM, NOTEBOOK, copied, current, edit, refused  # noqa: F401

ANSWER = max(leaks.answers(Rooms(DDPM[0])), key=len)
LATER = max(leaks.answers(Rooms(LESSONS[-1])), key=len)
MISTAKE = max(leaks.mistakes(Rooms(DDPM[0])) - leaks.answers(Rooms(DDPM[0])), key=len)
WRITTEN = min(leaks.written(Rooms(DDPM[0])), key=len)
FROZEN = "gm_ref/checks/frozen/ddpm.json"


@pytest.fixture(scope="module")
def one_copy(tmp_path_factory):
    """A copy of all that releases are made from, for the tests of this file."""
    return copied(tmp_path_factory.mktemp("leaks"))


@pytest.fixture
def root(one_copy):
    """The copy; what is planted in a release's files is taken out again."""
    before = contents(LESSONS, one_copy)
    before = {name: (one_copy / name).read_bytes() for name in before if (one_copy / name).exists()}
    yield one_copy
    for name, content in before.items():
        (one_copy / name).write_bytes(content)


def in_cell(path, text):
    edit(path, lambda data: data["cells"][3].update(source=["x = 1\n", f"if x:\n  {text}  # so\n"]))


def in_markdown(path, text):
    edit(path, lambda data: next(c for c in data["cells"] if c["cell_type"] == "markdown").update(source=text))


def in_output(path, text):
    output = {"output_type": "stream", "name": "stdout", "text": ["it is\n", text]}
    edit(path, lambda data: next(c for c in data["cells"] if c["cell_type"] == "code").update(outputs=[output]))


def in_attachment(path, text):
    edit(path, lambda data: data["cells"][0].update(attachments={"a.txt": {"text/plain": text}}))


def in_json(path, text):
    edit(path, lambda data: data["exercises"]["q_step"]["hints"].append(text))


def in_key(path, text):
    edit(path, lambda data: data["exercises"].update({text: {}}))


def at_the_end(path, text):
    path.write_text(f"{path.read_text()}\n{text}\n")


def in_a_comment(path, text):
    path.write_text(f"# {text}\n{path.read_text()}")


PLACES = [
    *((NOTEBOOK, plant) for plant in (in_cell, in_markdown, in_output, in_attachment)),
    *(
        (FROZEN, in_json),
        (FROZEN, in_key),
        ("gm_ref/checks/ddpm/q_sample.py", in_a_comment),
        ("data/README.md", at_the_end),
    ),
    *((f"gm_ref/{name}.py", in_a_comment) for name in ("kit/plot", "desk/hints", "cli", "checks/core/guard")),
    *(("LICENSE", at_the_end), ("constraints.txt", in_a_comment)),
]


@pytest.mark.parametrize("secret", [ANSWER, LATER, MISTAKE, WRITTEN], ids=["answer", "later", "mistake", "written"])
@pytest.mark.parametrize("name, plant", PLACES, ids=lambda x: getattr(x, "__name__", x))
def test_a_secret_in_any_file_is_found(root, tmp_path, name, plant, secret):
    plant(root / name, secret)
    sentence = refused(tmp_path / "out", root=root)
    assert sentence.startswith("nothing is released") and f"{name} holds a" in sentence
    assert leaks.squeezed(secret)[:25] in leaks.squeezed(sentence)
    assert not (tmp_path / "out").exists() and not (tmp_path / "out.zip").exists()


@pytest.mark.parametrize("kind", ["answers", "mistakes"])
def test_a_whole_function_is_found_in_python(root, tmp_path, kind):
    place = getattr(Rooms(DDPM[0], root), kind)
    planted = (place / "p_sample.py" if place.is_dir() else place).read_text()
    at_the_end(root / "gm_ref/kit/plot.py", planted.split("\n\n\n", 1)[1])
    assert "gm_ref/kit/plot.py holds a statement of a" in refused(tmp_path / "out", root=root)


def test_formatting_hides_nothing(root, tmp_path):
    at_the_end(root / "gm_ref/kit/plot.py", "average . lerp_(  # a comment\n    current,\n    1\n    - decay)")
    sentence = refused(tmp_path / "out", root=root)
    assert "gm_ref/kit/plot.py holds a statement of an answer of 31_ddpm: average.lerp_(current,1-decay)" in sentence


def test_a_solved_notebook_is_not_released(root, tmp_path):
    shutil.copy(root / "solutions/31_ddpm.ipynb", root / NOTEBOOK)
    assert f"{NOTEBOOK} holds a statement of" in refused(tmp_path / "out", root=root)
