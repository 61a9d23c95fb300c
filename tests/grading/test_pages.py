"""Pages: what they say, that text in them stays text, that they ask for nothing, and that they come out the same."""

import hashlib
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gm_ref.checks.core.diagnosis import known
from gm_ref.checks.core.verdict import HEADLINES
from gm_ref.desk import BadInput
from gm_ref.grading.out.page_parts import histogram, share
from gm_ref.grading.out.pages import Cover, class_page, is_unusable, student_page
from gm_ref.grading.out.results import write_all
from gm_ref.grading.run import files
from gm_ref.grading.run.store import WRITTEN, Store
from gm_ref.grading.who.naming import slug
from tests.grading.school import LESSON, TERMS, graded, lay, not_graded

BANK = known(LESSON.stem, "q_sample")
COVER = Cover(
    LESSON.id, "L2", TERMS.fingerprint, "3 March", "No network.", ("It may use <all> the CPU.",), ("Zoe & Co",)
)
EVIL = "<script>alert(1)</script><img src=x onerror=y>\"'&lt;\0\u202e</style></svg><!--]]>"
TAGS = set(
    "html head meta title style body main h1 h2 h3 p bdi dl dt dd div section header span code footer ul li details "
    "summary table caption thead tbody tr th td a svg rect line text wbr".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class scope href viewbox preserveaspectratio aria-hidden aria-label role x y "
    "x1 x2 y1 y2 width height text-anchor".split()
)
VOID = ("meta", "wbr")
any_text = st.text(st.characters(), max_size=60)


class Page(HTMLParser):
    """A page's tags, attributes and text, with a list of what does not close."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.texts, self.open, self.links = Counter(), [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs
        self.links += [value for key, value in attrs if key in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    def handle_comment(self, data):
        raise AssertionError("a comment")

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def sound(page):
    """Parse a page and hold it to the fixed lists of tags and attributes."""
    parsed = Page(page)
    assert not parsed.open and set(parsed.tags) <= TAGS
    assert {key for key, _ in parsed.attributes} <= ATTRIBUTES
    assert all(re.fullmatch(r"students/[A-Za-z0-9._-]{1,80}\.html", link) for link in parsed.links)
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page) and page.encode()
    assert (parsed.tags["html"], parsed.tags["style"], parsed.tags["h1"]) == (1, 1, 1)
    return parsed


def wrong(student, mistake=None, lines=("Your noise is off.",)):
    return graded(student, {"q_sample": ("fail", mistake, lines)})


def test_a_student_reads_points_sentences_and_notes():
    page = sound(
        student_page(graded("anna", {"q_sample": ("fail", "x", ["Your noise\n is off."])}, ["Cell 3 is odd."]))
    )
    for words in (
        "anna",
        "22 of 25",
        "10 of 11",
        "✗ not right yet 0 of 3 points",
        "Your noise is off.",
        "Cell 3 is odd.",
    ):
        assert words in page.text
    assert page.text.count("✓ right") == 10 and "level L2" in page.text and TERMS.fingerprint in page.text


def test_a_student_does_not_read_what_was_not_said():
    page = sound(student_page(wrong("anna", BANK[0].id)))
    assert not [m.cure for m in BANK if m.cure in page.text]


def test_every_status_has_words_and_not_only_a_colour():
    changes = {"q_sample": ("fail",), "q_step": ("error",), "p_sample": ("missing",)}
    text = sound(student_page(graded("anna", changes))).text
    assert all(words in text for words in ("✗ not right yet", "✗ error", "○ not written", "✓ right"))


def test_the_class_page_counts_mistakes():
    first, second = BANK[:2]
    grades = [wrong(f"a{i}", first.id) for i in range(3)] + [wrong("b", second.id), wrong("c"), graded("d")]
    grades += [graded("e", {"q_sample": ("error",)}), graded("f", {"q_sample": ("missing",)})]
    page = sound(class_page(grades, COVER))
    assert f"q_sample: {first.name} 3 (38 %) What they read {first.cure}" in page.text
    assert page.text.index(first.name) < page.text.index(second.name)
    assert "right 1 (12 %)" in page.text and "right 8 (100 %)" in page.text
    for words in ("wrong in a way that has no name", "error", "not written"):
        assert f"{words} 1 (12 %)" in page.text


def test_a_mistake_that_the_course_no_longer_knows_is_shown_by_its_id():
    assert "q_sample: <b>gone 1 (100 %)" in sound(class_page([wrong("a", "<b>gone")], COVER)).text


def test_the_class_page_says_who_is_missing_and_what_the_level_means():
    page = sound(class_page([graded("anna"), not_graded("ben", "x.ipynb is a link.")], COVER))
    assert "ben : x.ipynb is a link. Zoe & Co : on the roster, handed in nothing" in page.text
    assert "without a usable notebook 2" in page.text
    for words in ("What level L2 means", "No network.", "It may use <all> the CPU.", TERMS.fingerprint, "3 March"):
        assert words in page.text
    assert "Without a usable notebook" not in sound(class_page([graded("anna")], Cover(LESSON.id, "L2", "x"))).text


def test_pages_of_a_class_without_grades():
    sound(class_page([], COVER))
    assert "notebooks graded 0" in sound(class_page([not_graded("ben", "empty")], COVER)).text


def test_a_notebook_in_which_nothing_passes_is_not_unusable():
    nothing_right = {e.name: ("missing",) for e in LESSON.exercises}
    assert not is_unusable(graded("anna", nothing_right, ["Cell 3 is not Python."]))
    assert is_unusable(not_graded("anna", "binary"))


def test_a_page_without_a_usable_notebook_says_so_and_nothing_of_exercises():
    page = student_page(not_graded("anna", "a.ipynb is empty: save it again."))
    assert "a.ipynb is empty: save it again." in page and "0 of" in page
    assert "not written" not in page and "Exercise by exercise" not in page


def test_the_histogram_counts_everyone():
    grades = [graded("a"), graded("b"), wrong("c")]
    page = sound(class_page(grades, COVER))
    assert "points students 22 1 25 2" in page.text
    assert "How many of 3 students earned how many points, from 0 to 25" in dict(page.attributes).get("aria-label", "")
    drawn = histogram([0, 7, 100, 100], 100)
    assert ">4 to 7<" in drawn and drawn.count('class="fill"') == 3
    assert histogram([], 0)


@pytest.mark.parametrize("count, total, words", [(0, 0, "0 (0 %)"), (1, 300, "1 (&lt;1 %)"), (3, 4, "3 (75 %)")])
def test_shares(count, total, words):
    assert share(count, total) == words


def test_evil_text_is_text():
    bad = wrong(EVIL, EVIL, [EVIL])
    bad = replace(bad, notes=(EVIL,), file=EVIL)
    cover = Cover(LESSON.id, EVIL, EVIL, EVIL, EVIL, (EVIL,), (EVIL,))
    for page in (student_page(bad), class_page([bad, not_graded(EVIL, EVIL)], cover)):
        assert "<script>alert(1)</script>" in sound(page).text


@settings(max_examples=25)
@given(any_text, any_text, any_text)
def test_any_text_is_text(student, line, mistake):
    bad = replace(wrong(student, mistake, [line, line]), notes=(line,))
    sound(student_page(bad))
    sound(
        class_page([bad, not_graded(student + "2", line)], replace(COVER, meaning=line, gaps=(line,), missing=(line,)))
    )


@pytest.mark.parametrize(
    "page", [student_page(wrong("anna")), class_page([wrong("anna")], COVER)], ids=["student", "class"]
)
def test_a_page_asks_for_nothing_and_forbids_scripts(page):
    policy = dict(re.findall(r'http-equiv="([^"]+)" content="([^"]+)"', page))["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src &#x27;none&#x27;; base-uri &#x27;none&#x27;; form-action &#x27;none&#x27;; "
        f"style-src &#x27;sha256-{digest}&#x27;"
    )
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img|<iframe| on\w+=| style=", page)
    assert 'content="width=device-width, initial-scale=1"' in page and 'lang="en"' in page
    assert "prefers-color-scheme: dark" in page and "@media print" in page
    assert page.count("<th ") == page.count("<th scope=")


def class_of(*students):
    return [wrong(s, BANK[0].id) for s in students]


def content(out):
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def test_everything_is_written_and_the_same_each_time(tmp_path):
    write_all(class_of("Ben", "anna"), tmp_path, COVER)
    first = content(tmp_path)
    ben = slug("Ben")
    assert set(first) == {
        *("grades.csv", "class.html", "junit.xml", WRITTEN, "students/anna.html", "results/anna.json"),
        *(f"students/{ben}.html", f"results/{ben}.json"),
    }
    assert first["grades.csv"].splitlines()[1].startswith(b"anna,")
    write_all(class_of("anna", "Ben"), tmp_path, COVER)
    assert content(tmp_path) == first
    assert f'href="students/{ben}.html"'.encode() in first["class.html"]


def test_pages_of_students_who_are_gone_are_removed_and_no_other_file(tmp_path):
    write_all(class_of("anna", "ben"), tmp_path, COVER)
    lay(tmp_path, "students/remarks.html", "class.html.bak", "up.html")
    (tmp_path / WRITTEN).write_text('["ben", "anna", "../up", "/etc/x", 3]')
    write_all(class_of("anna"), tmp_path, COVER)
    assert "students/ben.html" in content(tmp_path)  # a damaged note removes nothing
    (tmp_path / WRITTEN).write_text('["ben", "anna", "../up", ".."]')
    write_all(class_of("anna"), tmp_path, COVER)
    left = content(tmp_path)
    assert "students/ben.html" not in left and "results/ben.json" not in left
    assert {"students/remarks.html", "up.html", "students/anna.html"} <= set(left)


def test_the_results_lie_in_a_folder_that_the_store_takes_for_its_own(tmp_path):
    with Store(tmp_path / "out", LESSON.id) as s:
        s.keep(graded("anna"), TERMS)
        write_all([graded("anna")], s.out, COVER)
    with Store(tmp_path / "out", LESSON.id) as s:
        assert s.kept("anna", graded("anna").sha256, TERMS, graded("anna").version)


def test_a_full_disk_leaves_the_former_results(tmp_path, monkeypatch):
    write_all(class_of("anna"), tmp_path, COVER)
    first = content(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(BadInput, match="No space left on device; mend that and run again"):
        write_all(class_of("anna", "ben"), tmp_path, COVER)
    assert content(tmp_path) == first


def test_an_exercise_that_builds_on_a_wrong_one_is_told_apart():
    bad = graded("ann", {"vlb_terms": ("fail",)})
    later = [replace(m, headline=f"vlb_terms: {HEADLINES['earlier']}: q_sample") for m in bad.marks]
    text = Page(class_page([replace(bad, marks=tuple(later))], COVER)).text
    assert "builds on an exercise that is not right 1 (100 %)" in text
    assert "wrong in a way that has no name 1 (100 %)" in Page(class_page([bad], COVER)).text


def test_readings_are_counted_by_what_they_look_like():
    bad = graded("ann", {"vlb_terms": ("fail",)})
    read = [replace(m, headline=f"vlb_terms: {HEADLINES['reading']}: the factor 0.5 left out") for m in bad.marks]
    text = Page(class_page([replace(bad, marks=tuple(read))], COVER)).text
    assert "looks like: the factor 0.5 left out 1 (100 %)" in text
