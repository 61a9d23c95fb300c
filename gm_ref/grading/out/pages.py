"""Pages for people: what each student reads, and what the class misunderstood.

Nothing here knows an answer: a student's page holds the sentences that the checks said, and the points.
"""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from gm_ref.grading.judging.record import Grade, Mark
from gm_ref.grading.out.known import known
from gm_ref.grading.out.page_parts import bar, folded, heading, histogram, listing, name, share, sheet, table, text
from gm_ref.grading.who.naming import bounded, one_line, slug
from gm_ref.syllabus import Exercise, Lesson, find_lesson

STATUS = {"pass": "✓ right", "fail": "✗ not right yet", "error": "✗ error", "missing": "○ not written"}
BREAKS = 13  # letters of an exercise that stay on one line of a phone
EARLIER = "an earlier exercise comes first"  # the checks' headline
LOOKS_LIKE = ": not right yet, it looks like: "  # likewise, before a reading
TOP = 10  # mistakes on the list of the whole class


@dataclass(frozen=True)
class Cover:
    """What the class page says besides the grades.

    lesson: its id.  level, seed: as in Terms, the seed as its fingerprint.  when: a date to print, or ''.  meaning:
    what the level protects.  gaps: known gaps, a sentence each.  missing: names on the roster without a notebook.
    """

    lesson: str
    level: str
    seed: str
    when: str = ""
    meaning: str = ""
    gaps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def student_page(grade: Grade) -> str:
    """Return what a student reads: points, the checks' own sentences for each exercise, notes on the notebook."""
    lesson = find_lesson(grade.lesson)
    passed = sum(mark.status == "pass" for mark in grade.marks)
    facts = [("points", f"{grade.points} of {grade.out_of}"), ("exercises right", f"{passed} of {len(grade.marks)}")]
    notes = listing(text(note) for note in bounded(grade.notes))
    parts = [
        f"<h1>{name(grade.student)}</h1>",
        f"<p>{text(lesson.id)}: {text(lesson.title)}</p>",
        fact_list(facts),
        heading("About the notebook") + notes if notes else "",
        *([] if is_unusable(grade) else [heading("Exercise by exercise"), *map(card, grade.marks)]),
        f"<footer>{small_print(grade.level, grade.seed)}{text(told_file(grade))}</footer>",
    ]
    return sheet(f"{one_line(grade.student)}: {lesson.id}", parts)


def told_file(grade: Grade) -> str:
    """Return which file was graded."""
    return f" File: {grade.file}, sha256 {grade.sha256[:12]}." if grade.sha256 else ""


def card(mark: Mark) -> str:
    """Return one exercise of a student's page."""
    headline = mark.headline.removeprefix(f"{mark.exercise}: ")
    new = [] if headline in STATUS[mark.status] else [headline]
    said = [t for t in bounded([*new, *mark.lines]) if t.strip() and mark.status != "pass"]
    sentences = "".join(f"<p>{text(t)}</p>" for t in said)
    points = f'<span class="points">{mark.points} of {mark.out_of} points</span>'
    title = f"<h3><code>{text(mark.exercise)}</code></h3>"
    status = f'<span class="status">{STATUS[mark.status]}</span>'
    header = f"<header>{title}<div>{status} {points}</div></header>"
    return f'<section class="card {mark.status}">\n{header}\n{sentences}</section>'


def fact_list(facts: list[tuple[str, str]]) -> str:
    """Return numbers with their names."""
    return (
        '<dl class="facts">' + "".join(f"<div><dt>{text(k)}</dt><dd>{text(v)}</dd></div>" for k, v in facts) + "</dl>"
    )


def small_print(level: str, seed: str, when: str = "") -> str:
    """Return under which terms the grades stand."""
    day = f" on {text(when)}" if when else ""
    return f"Graded{day} at level {text(level)}, with random inputs of seed {text(seed)} (its fingerprint)."


def is_unusable(grade: Grade) -> bool:
    """Say whether nothing of a notebook could be graded: the same sentence stands for every exercise."""
    same = {(mark.status, mark.headline) for mark in grade.marks}
    return bool(grade.notes) and len(same) == 1 and next(iter(same))[0] in ("error", "missing")


def class_page(grades: list[Grade], cover: Cover) -> str:
    """Return what a teacher reads: which mistake how often, points, who is missing, and what the grades rest on."""
    lesson = find_lesson(cover.lesson)
    usable = [grade for grade in grades if not is_unusable(grade)]
    parts = [
        f"<h1>{text(lesson.id)}: {text(lesson.title)}</h1>",
        f"<p>{small_print(cover.level, cover.seed, cover.when)}</p>",
        fact_list(facts(grades, usable, cover)),
        *misunderstood(usable, lesson),
        heading("Exercise by exercise"),
        *(exercise_section(e, lesson, usable) for e in lesson.exercises),
        heading("Points"),
        histogram([grade.points for grade in usable], sum(e.points for e in lesson.exercises)),
        *missing_section(grades, cover),
        heading("Students"),
        student_table(grades),
        *terms_section(cover),
    ]
    return sheet(f"{lesson.id}: the class", parts)


def facts(grades: list[Grade], usable: list[Grade], cover: Cover) -> list[tuple[str, str]]:
    """Return the numbers at the top of the class page."""
    complete = sum(grade.points == grade.out_of for grade in usable)
    middle = f"{median([g.points for g in usable]):g} of {usable[0].out_of}" if usable else "none"
    without = len(grades) - len(usable) + len(cover.missing)
    return [
        ("notebooks graded", str(len(usable))),
        ("points, median", middle),
        ("with full points", str(complete)),
        ("without a usable notebook", str(without)),
    ]


def mistakes_of(grades: list[Grade], exercise: str) -> Counter:
    """Return how often each mistake id came in an exercise; the most frequent first where asked for its most_common."""
    found = [m.mistake for g in grades for m in g.marks if m.exercise == exercise and m.mistake and m.status != "pass"]
    return Counter(sorted(found))


def misunderstood(usable: list[Grade], lesson: Lesson) -> list[str]:
    """Return the most frequent mistakes of all exercises, each with the sentence that learners read."""
    rows = [(n, e.name, id) for e in lesson.exercises for id, n in mistakes_of(usable, e.name).items()]
    shown = []
    for n, exercise, id in sorted(rows, key=lambda row: -row[0])[:TOP]:
        mistake = known(lesson.stem, exercise).get(id)
        cure = folded("What they read", f"<p>{text(mistake.cure)}</p>") if mistake else ""
        shown.append(row(f"{exercise}: {title(lesson, exercise, id)}", n, len(usable), "fill", cure))
    first = f'<p class="soft">How many of the {len(usable)} usable notebooks hold it.</p>' if shown else ""
    none = "" if shown else "<p>No known mistake was recognised.</p>"
    return [heading("What was misunderstood most"), first, *shown, none]


def title(lesson: Lesson, exercise: str, id: str) -> str:
    """Return a mistake's name, its id where the course does not know it any more."""
    mistake = known(lesson.stem, exercise).get(id)
    other = " (another convention)" if mistake and mistake.kind == "convention" else ""
    return f"{mistake.name}{other}" if mistake else id


def row(words: str, count: int, total: int, kind: str, more: str = "") -> str:
    """Return one line: words, how often, a bar, and more markup below."""
    many = f'<span class="many">{share(count, total)}</span>'
    return f'<div class="row"><span>{text(words)}</span>{many}{bar(count, total, kind)}{more}</div>'


def why_unnamed(mark: Mark) -> str:
    """Return why an exercise without a pass and without a named mistake has no points, in a few words."""
    if mark.status == "fail":
        if LOOKS_LIKE in mark.headline:
            return f"looks like: {mark.headline.split(LOOKS_LIKE)[1]}"
        earlier = f": {EARLIER}: " in mark.headline
        return "builds on an exercise that is not right" if earlier else "wrong in a way that has no name"
    return {"missing": "not written"}.get(mark.status, mark.status)


def exercise_section(exercise: Exercise, lesson: Lesson, usable: list[Grade]) -> str:
    """Return one exercise: who passes, and what came in the place of a pass."""
    marks = [mark for grade in usable for mark in grade.marks if mark.exercise == exercise.name]
    had, total = Counter(mark.status for mark in marks), len(marks)
    found = mistakes_of(usable, exercise.name).most_common()
    others = Counter(why_unnamed(mark) for mark in marks if mark.status != "pass" and not mark.mistake).most_common()
    rows = [row("right", had["pass"], total, "good")]
    rows += [row(title(lesson, exercise.name, id), n, total, "fill") for id, n in found]
    rows += [row(words, n, total, "other") for words, n in others]
    points = f'<span class="many">{exercise.points} {"point" if exercise.points == 1 else "points"}</span>'
    head = f"<header><h3><code>{text(exercise.name)}</code></h3>{points}</header>"
    return f'<section class="card">\n{head}\n{"".join(rows)}\n</section>'


def missing_section(grades: list[Grade], cover: Cover) -> list[str]:
    """Return who handed in nothing, and whose notebook could not be used and why; nothing where all is well."""
    unusable = [f"{name(g.student)}: {text(' '.join(bounded(g.notes)))}" for g in grades if is_unusable(g)]
    absent = [f"{name(student)}: on the roster, handed in nothing" for student in cover.missing]
    return [heading("Without a usable notebook"), listing(unusable + absent)] if unusable or absent else []


def student_table(grades: list[Grade]) -> str:
    """Return a row for each student with a link to the page."""
    rows = [[link(grade), f"{grade.points} of {grade.out_of}", open_exercises(grade)] for grade in grades]
    return table("Each name leads to the page that the student may read.", ["student", "points", "not right"], rows)


def link(grade: Grade) -> str:
    """Return a student's name as a link to the page."""
    return f'<a href="students/{slug(grade.student)}.html">{name(grade.student)}</a>'


def open_exercises(grade: Grade) -> str:
    """Return the exercises that do not pass, as markup that a narrow screen can break."""
    names = [text(mark.exercise) for mark in grade.marks if mark.status != "pass"]
    todo = [n if len(n) <= BREAKS else n.replace("_", "_<wbr>") for n in names]
    if is_unusable(grade):
        return "no usable notebook"
    return ", ".join(todo) if todo else "none"


def terms_section(cover: Cover) -> list[str]:
    """Return what the level means and what it leaves open."""
    gaps = listing(text(gap) for gap in cover.gaps)
    meaning = f"<p>{text(cover.meaning)}</p>" if cover.meaning else ""
    known_gaps = f"<p>Known gaps at this level:</p>{gaps}" if gaps else ""
    return [heading(f"What level {cover.level} means"), meaning, known_gaps] if meaning or gaps else []
