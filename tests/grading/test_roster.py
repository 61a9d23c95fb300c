"""Folders of submissions: whose is which notebook, which one counts, and what is never opened."""

import os
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gm_ref.desk import BadInput
from gm_ref.grading.who import roster
from gm_ref.grading.who.layouts import names_of
from gm_ref.grading.who.naming import one_line, printable, shown_name, slug
from gm_ref.grading.who.roster import Found, absent, find_submissions, read_bytes, unusable
from tests.grading.school import LESSON, TERMS, lay


def found(folder):
    return find_submissions(folder, LESSON)


def table(folder):
    """Return student -> the file that counts, or the problem."""
    return {f.student: f.problem or f.file for f in found(folder)}


def problem(folder):
    (only,) = found(folder)
    assert only.problem
    with pytest.raises(BadInput, match=re.escape(only.problem)):
        read_bytes(only)
    return only.problem


@pytest.mark.parametrize(
    "files, expected",
    [
        (["ben.ipynb", "anna.IPYNB"], {"anna": "anna.IPYNB", "ben": "ben.ipynb"}),
        (["anna/my work.ipynb", "anna/notes.txt"], {"anna": "anna/my work.ipynb"}),
        (["anna/31_ddpm.ipynb", "anna/21_elbo.ipynb", "anna/x.ipynb"], {"anna": "anna/31_ddpm.ipynb"}),
        (["anna/31_ddpm (1).ipynb", "anna/21_elbo.ipynb"], {"anna": "anna/31_ddpm (1).ipynb"}),
        (["anna/31_ddpm (1).ipynb", "anna/31_ddpm.ipynb"], {"anna": "anna/31_ddpm.ipynb"}),
        (["anna/31_ddpm.ipynb", "anna/old/31_ddpm.ipynb"], {"anna": "anna/31_ddpm.ipynb"}),
        (["anna/31_DDPM/homework.ipynb", "anna/21_elbo/homework.ipynb"], {"anna": "anna/31_DDPM/homework.ipynb"}),
        (
            ["submitted/anna/31_ddpm/31_ddpm.ipynb", "source/31_ddpm/31_ddpm.ipynb", "gradebook.db"],
            {"anna": "anna/31_ddpm/31_ddpm.ipynb"},
        ),
        (["submitted/anna/31_ddpm/a.ipynb"], {"anna": "anna/31_ddpm/a.ipynb"}),
        (["submitted/a.ipynb"], {"submitted": "submitted/a.ipynb"}),
        (
            [
                "Anna Lee_101_assignsubmission_file_/a.ipynb",
                "Anna Lee_101_assignsubmission_onlinetext_/onlinetext.html",
                "Bo O'Hara_102_assignsubmission_file_31_ddpm.ipynb",
            ],
            {
                "Anna Lee": "Anna Lee_101_assignsubmission_file_/a.ipynb",
                "Bo O'Hara": "Bo O'Hara_102_assignsubmission_file_31_ddpm.ipynb",
            },
        ),
        (
            ["leeanna_12345_67890_31_ddpm-1.ipynb", "ohara_LATE_123_4567_work.ipynb", "ohara_LATE_123_4568_notes.pdf"],
            {"leeanna": "leeanna_12345_67890_31_ddpm-1.ipynb", "ohara": "ohara_LATE_123_4567_work.ipynb"},
        ),
        (["lee_12_678_31_ddpm.ipynb", "lee_12_679_scratch.ipynb"], {"lee": "lee_12_678_31_ddpm.ipynb"}),
        (
            ["lee_12_678_31_ddpm.ipynb", "lee_13_679_31_ddpm.ipynb"],
            {"lee (12)": "lee_12_678_31_ddpm.ipynb", "lee (13)": "lee_13_679_31_ddpm.ipynb"},
        ),
        (["anna_31_2024.ipynb"], {"anna_31_2024": "anna_31_2024.ipynb"}),
        (
            ["a.ipynb", ".ipynb_checkpoints/a.ipynb", "__MACOSX/._a.ipynb", ".b.ipynb", "README.md", "._c.ipynb"],
            {"a": "a.ipynb"},
        ),
        (["anna/.ipynb_checkpoints/31_ddpm-checkpoint.ipynb", "anna/a.ipynb"], {"anna": "anna/a.ipynb"}),
    ],
)
def test_layouts(tmp_path, files, expected):
    lay(tmp_path, *files)
    assert table(tmp_path) == expected
    for one in found(tmp_path):
        assert read_bytes(one).decode().endswith(one.file)


@pytest.mark.parametrize(
    "files, sentence",
    [
        (["anna/a.ipynb", "anna/b.ipynb"], "two notebooks for one student, anna/a.ipynb and anna/b.ipynb: leave one"),
        (["anna/a.ipynb", "anna.ipynb"], "two notebooks for one student, anna/a.ipynb and anna.ipynb: leave one, or"),
        (["anna/a/31_ddpm.ipynb", "anna/b/31_ddpm.ipynb"], "or name the one that counts 31_ddpm.ipynb."),
        (["anna/a.ipynb", "anna/b.ipynb", "anna/c.ipynb"], "There are 3 notebooks for one student"),
    ],
)
def test_two_notebooks_are_the_student_s_problem_alone(tmp_path, files, sentence):
    lay(tmp_path, *files, "ben.ipynb")
    one, other = found(tmp_path)
    assert sentence in one.problem and (other.student, other.problem) == ("ben", "")


def test_composed_and_decomposed_letters_are_one_student(tmp_path):
    one = unicodedata.normalize("NFD", "jose\u0301")
    lay(tmp_path, f"{one}.ipynb", unicodedata.normalize("NFC", one) + "/a.ipynb")
    assert "two notebooks" in problem(tmp_path)


def test_who_handed_in_something_else_is_told(tmp_path):
    lay(tmp_path, "a.ipynb", "ben/work.pdf", "lee_123_4567_work.zip", "Cy_1_assignsubmission_onlinetext_/x.html")
    lay(tmp_path, "dee/a.txt", "dee/b/work.ZIP", "eve/.ipynb_checkpoints/a.ipynb")
    told, none = table(tmp_path), "There is no notebook of this student"
    assert told["ben"] == f"{none} (work.pdf is no notebook)."
    assert told["lee"] == f"{none} (lee_123_4567_work.zip is no notebook: unpack it first)."
    assert told["dee"] == f"{none} (work.ZIP and 1 more are no notebooks: unpack it first)."
    assert told["eve"] == f"{none}."
    assert told["Cy"].startswith("There is no notebook") and told["a"] == "a.ipynb"


def test_links_are_not_followed(tmp_path):
    secret = lay(tmp_path / "outside", "31_ddpm.ipynb")
    inside = lay(tmp_path / "in", "ok.ipynb", "dan/31_ddpm.ipynb")
    (inside / "anna.ipynb").symlink_to(secret / "31_ddpm.ipynb")
    (inside / "ben").symlink_to(secret)
    (inside / "cy").mkdir()
    (inside / "cy" / "work").symlink_to(secret)
    (inside / "cy" / "gone").symlink_to("nowhere")
    (inside / "note").symlink_to("nowhere")
    (inside / "eve").mkdir()
    (inside / "eve" / "31_ddpm.ipynb").symlink_to("../dan/31_ddpm.ipynb")
    told = table(inside)
    assert told["anna"] == "anna.ipynb is a link, and links are not followed: hand in the notebook itself."
    assert told["ben"] == "There is no notebook of this student (ben is a link, and links are not followed)."
    assert told["cy"] == "There is no notebook of this student (a link in the folder was not followed)."
    assert "is a link" in told["eve"]
    assert set(told) == {"anna", "ben", "cy", "dan", "eve", "ok"}


def test_a_link_put_in_place_after_the_look_is_not_followed(tmp_path):
    secret = lay(tmp_path / "outside", "a.ipynb")
    one, two = found(lay(tmp_path / "in", "anna/a.ipynb", "ben.ipynb"))
    (tmp_path / "in" / "anna").rename(tmp_path / "moved")
    (tmp_path / "in" / "anna").symlink_to(secret)
    (tmp_path / "in" / "ben.ipynb").unlink()
    (tmp_path / "in" / "ben.ipynb").symlink_to(secret / "a.ipynb")
    for f in (one, two):
        with pytest.raises(BadInput, match=r"^(a|ben)\.ipynb cannot be read: "):
            read_bytes(f)


def test_the_folder_itself_may_be_a_link(tmp_path):
    lay(tmp_path / "real", "a.ipynb")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert read_bytes(found(tmp_path / "link")[0]) == b"a.ipynb"


def test_pipes_are_not_waited_for(tmp_path):
    lay(tmp_path, "b.ipynb")
    os.mkfifo(tmp_path / "a.ipynb")
    one, two = found(tmp_path)
    assert one.problem == "a.ipynb is not a regular file: hand in the notebook itself."
    two.path.unlink()
    os.mkfifo(two.path)
    with pytest.raises(BadInput, match=r"b\.ipynb is not a regular file"):
        read_bytes(two)


def test_a_large_notebook_is_not_opened(tmp_path):
    lay(tmp_path, "a.ipynb", "b.ipynb")
    os.truncate(tmp_path / "a.ipynb", 500 << 20)
    one, two = found(tmp_path)
    assert one.problem == "a.ipynb holds 500.0 MB, more than 20 MB: clear its outputs and hand it in again."
    os.truncate(two.path, 20 << 20)
    assert len(read_bytes(two)) == 20 << 20
    os.truncate(two.path, (20 << 20) + 1)
    with pytest.raises(BadInput, match=r"b\.ipynb holds 20\.0 MB"):
        read_bytes(two)


def test_too_many_files_are_not_looked_through(tmp_path, monkeypatch):
    monkeypatch.setattr(roster, "MOST", 20)
    lay(tmp_path, "b.ipynb", "deep/1/2/3/4/a.ipynb", *(f"a/{i}.ipynb" for i in range(30)))
    told = table(tmp_path)
    assert told["a"] == "There is no notebook of this student (the folder holds more than 20 files)."
    assert told["deep"].startswith("There is no notebook")


def test_a_notebook_that_is_gone_is_told(tmp_path):
    (one,) = found(lay(tmp_path, "a.ipynb"))
    one.path.unlink()
    with pytest.raises(BadInput, match=r"^a\.ipynb cannot be read: No such file"):
        read_bytes(one)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path):
    lay(tmp_path, "a.ipynb", "b/b.ipynb")
    (tmp_path / "a.ipynb").chmod(0)
    (tmp_path / "b").chmod(0)
    one, two = found(tmp_path)
    assert two.problem == "There is no notebook of this student (a folder in it cannot be read)."
    with pytest.raises(BadInput, match=r"a\.ipynb cannot be read: Permission denied\."):
        read_bytes(one)
    (tmp_path / "b").chmod(0o700)


def test_bad_folders(tmp_path):
    lay(tmp_path, "file", "empty/notes.txt", "bare/anna/notes.txt")
    for name, sentence in [
        ("nowhere", "does not exist: name the folder of submissions, with STUDENT.ipynb, STUDENT/*.ipynb, or"),
        ("file", "is a file: name the folder of submissions"),
        ("empty", "holds no notebooks: there should be STUDENT.ipynb, STUDENT/*.ipynb, or what Moodle, Canvas or"),
        ("bare", "holds no notebooks"),
        ("n" * 300, "does not exist|cannot be read"),
    ]:
        with pytest.raises(BadInput, match=sentence.replace("*", r"\*").replace(".ipynb", r"\.ipynb")):
            found(tmp_path / name)


def test_hostile_names_stay_in_their_place(tmp_path):
    names = [
        "=cmd()",
        "<script>",
        "a\nb",
        "a\rb",
        "\u202enpyj",
        "x" * 240,
        "a..b",
        "-rf",
        "NUL",
        b"\xff\xfe".decode(errors="surrogateescape"),
    ]
    lay(tmp_path, *(f"{name}.ipynb" for name in names))
    all_found = found(tmp_path)
    assert len(all_found) == len(names) == len({slug(f.student).casefold() for f in all_found})
    for f in all_found:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", slug(f.student))
        assert f.student.isprintable() and len(f.student) <= 120
        assert (f.student + f.file).encode() and "\n" not in f.student + f.file
        assert read_bytes(f)


def test_capitals_do_not_let_one_student_overwrite_another(tmp_path):
    assert slug("Anna") != "Anna" and slug("Anna").casefold() != slug("anna").casefold()
    forged = slug("Anna").lower()
    assert slug(forged) != forged


@given(st.text(min_size=1, max_size=400))
def test_any_name_has_a_safe_slug(student):
    stem = slug(student)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", stem) and ".." not in stem
    assert stem == slug(student)
    assert slug(student.swapcase()).casefold() != stem.casefold() or student.swapcase() == student


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from(["", "12", "13"])), max_size=12, unique=True))
def test_any_names_get_different_slugs(owners):
    names = names_of(owners)
    assert len({slug(name).casefold() for name in names.values()}) == len(owners)
    assert names == names_of(owners[::-1])


@given(st.text(st.characters()))
def test_printable_text_can_be_written_anywhere(text):
    plain = printable(text)
    assert plain.encode().decode() == plain == printable(plain)
    assert not set(plain) & set("\0\x1b\r\u202e\u2066\ufeff\ufffe")
    assert "\n" not in one_line(text) and 0 < len(shown_name(text)) <= 120


def test_the_grade_of_an_unusable_notebook():
    grade = unusable(Found("anna", None, "anna.ipynb", "It is a link."), TERMS, version="7")
    assert (grade.points, grade.out_of, grade.version) == (0, sum(e.points for e in LESSON.exercises), "7")
    assert {m.status for m in grade.marks} == {"error"} and grade.notes == ("It is a link.",)
    assert {m.status for m in unusable(Found("anna", None, "", "None."), TERMS).marks} == {"missing"}
    assert unusable(Found("anna", None, "a.ipynb"), TERMS, "Binary.").notes == ("Binary.",)


def test_who_is_on_the_roster_and_handed_in_nothing(tmp_path):
    there = found(lay(tmp_path / "in", "anna.ipynb", "Ben.ipynb"))
    names = tmp_path / "names.txt"
    names.write_text("\ufeffAnna\n\nben\n Zoe\nZoe\nDoe, Max\n", "utf-8")
    assert absent(names, there) == ["Zoe", "Doe, Max"]
    names.write_text("Zoë O\u2019Brien\n", "utf-8")
    assert absent(names, found(lay(tmp_path / "irish", "Zoe\u0308 O'Brien.ipynb"))) == []
    table = tmp_path / "names.csv"
    table.write_text("name,mail\nAnna,a@example.org\n", "utf-8")
    with pytest.raises(BadInput, match=r"names\.csv is a table of several columns: give a text file with one student"):
        absent(table, there)
    table.write_text("Anna\nBen\n", "utf-8")
    assert absent(table, there) == []
    names.write_bytes(b"\xff\xfe\0")
    with pytest.raises(BadInput, match="cannot be read as a list of names: it is not text in UTF-8"):
        absent(names, there)
    with pytest.raises(BadInput, match="cannot be read as a list of names: No such file"):
        absent(tmp_path / "nowhere", there)
