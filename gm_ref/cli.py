"""The command gm-ref: one word for each thing a learner, a teacher or an author does.

Each command imports what it needs when it runs, so that the others answer at once.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gm_ref import syllabus as course

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
data = typer.Typer(no_args_is_help=True, help="Data: what sets there are, how to get one, what is drawn on the spot.")
app.add_typer(data, name="data")

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
WORK = Path(__file__).parents[1] / "work"


@contextmanager
def said_plainly(*kinds: type[Exception], code: int = 2) -> Iterator[None]:
    """Turn errors that are a person's to mend into one line on standard error and an exit code."""
    try:
        yield
    except kinds as error:
        typer.echo(f"gm-ref: {plain(error)}", err=True)
        raise typer.Exit(code) from None


def plain(error: Exception) -> str:
    """Return an error's text, without the number that the system gives its own."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}."
    return str(error)


@app.command(context_settings=PASS_ON)
def lab(
    context: typer.Context,
    work: Annotated[Path, typer.Option(help="The folder of your own copies.", file_okay=False)] = WORK,
) -> None:
    """Open the course in JupyterLab.  Other options, such as --no-browser or --port 8899, go on to JupyterLab."""
    from gm_ref.desk import BadInput
    from gm_ref.desk.lab import lay_out, open_lab

    with said_plainly(BadInput, OSError):
        for sentence in lay_out(work):
            typer.echo(sentence)
        open_lab(work, context.args)


@app.command()
def syllabus(as_json: bool = typer.Option(False, "--json", help="Print the table as JSON.")) -> None:
    """Show lessons, exercises, points."""
    if as_json:
        typer.echo(json.dumps(course.as_json(), indent=1))
        return
    from gm_ref.desk.report import show_syllabus

    show_syllabus(course.LESSONS)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="A saved notebook of the course.")],
    exercise: str = typer.Option("", "--exercise", help="Only this one: q_sample, ddpm.q_sample or 31_ddpm.q_sample."),
    as_json: bool = typer.Option(False, "--json", help="Print the verdicts as JSON."),
    seed: int = typer.Option(0, "--seed", min=0, max=2**63 - 1, help="The seed of the checks' random inputs."),
    timeout: float = typer.Option(20.0, "--timeout", min=0.1, help="Seconds for each exercise."),
) -> None:
    """Check the exercises of a saved notebook: its set-up and exercise cells run, its training does not.

    Exits with 0 when all pass, 1 when some do not, 2 when the notebook cannot be used.
    """
    from gm_ref.desk import BadInput, report
    from gm_ref.desk.check import CannotStart, check_all
    from gm_ref.desk.names import find_exercise
    from gm_ref.desk.saved_notebook import read

    with said_plainly(BadInput, CannotStart):
        submission = read(notebook)
        lesson = submission.lesson
        chosen = [find_exercise(exercise, [lesson])[1]] if exercise else lesson.exercises
        with report.progress() as tell:
            outcomes, notes = check_all(submission, [e.name for e in chosen], seed, timeout, tell)
    for note in notes:
        typer.echo(f"Note: {note}", err=True)
    if as_json:
        typer.echo(json.dumps(report.as_json(lesson, outcomes), indent=1))
    else:
        report.show(lesson, outcomes)
    raise typer.Exit(0 if all(o.status == "pass" for o in outcomes.values()) else 1)


@app.command()
def hint(
    exercise: str = typer.Argument(help="Such as q_sample or ddpm.q_sample."),
    step: int = typer.Option(1, "--step", min=1, max=3, help="1 a nudge, 2 the formula, 3 a sketch in words."),
) -> None:
    """Print one hint for an exercise."""
    from gm_ref.desk import BadInput, hints

    with said_plainly(BadInput):
        typer.echo(hints.hint(exercise, step))


@app.command()
def new(
    lesson: Annotated[str, typer.Argument(help="Its number and stem, such as 33_score.")],
    family: Annotated[str, typer.Option(help="The family, a file of gm_ref/syllabus: diffusion.")],
    exercises: Annotated[str, typer.Option(help="Their names, in order: dsm_loss,eps_to_score.")],
    title: str = typer.Option("", "--title", help="Default: the stem."),
) -> None:
    """Lay out a new lesson: its row in the syllabus, and a skeleton in every room.  Nothing is ever overwritten."""
    from gm_ref.course.new import new as lay_out
    from gm_ref.desk import BadInput

    with said_plainly(BadInput):
        for path in lay_out(lesson, family, [name.strip() for name in exercises.split(",") if name.strip()], title):
            typer.echo(f"wrote {path}")
    typer.echo(f"Next: gm-ref build {lesson[:2]}, then pytest --lesson {lesson[:2]} says what to write.")


@app.command()
def build(
    lessons: Annotated[list[str] | None, typer.Argument(help="Such as 31 or 31_ddpm 41_realnvp; default: all.")] = None,
    check: bool = typer.Option(False, "--check", help="Only say what is out of date; exit 1 if anything is."),
    run: bool = typer.Option(False, "--run", help="Execute the solved notebooks anew even if their code is unchanged."),
) -> None:
    """Rebuild notebooks, solved notebooks and frozen diagnoses from their sources, and the map in README.md."""
    from itertools import chain

    from gm_ref.course import build as builder
    from gm_ref.course.excerpt import SourceError
    from gm_ref.course.release import chosen
    from gm_ref.desk import BadInput

    with said_plainly(BadInput, SourceError):
        picked = chosen(lessons or [])
        if not check:
            for path in chain(builder.build_map(), builder.build(picked, run=run)):
                typer.echo(f"wrote {path}")
            return
        stale = list(chain(builder.stale_map(), builder.stale(picked)))
    for item in stale:
        typer.echo(str(item), err=True)
    raise typer.Exit(1 if stale else 0)


@app.command()
def grade(  # noqa: PLR0913 (options of a command, each named where it is given)
    submissions: Annotated[Path, typer.Argument(help="A folder: STUDENT.ipynb, STUDENT/*.ipynb, as platforms do it.")],
    lesson: Annotated[str, typer.Option(help="The lesson they are of, such as 31_ddpm.")],
    out: Annotated[Path, typer.Option(help="The folder for grades and pages; the next run goes on from it.")],
    workers: int = typer.Option(2, "--workers", min=1, help="Processes that grade; about 0.5 GB of memory each."),
    scheduler: str = typer.Option("", "--scheduler", help="Grade on Dask: local, or tls://HOST:PORT."),
    level: str = typer.Option("", "--level", help="L1, L2 or L3; without it the best of L2 and L3 there is."),
    allow_level: str = typer.Option("", "--allow-level", help="L1: grade there although hostile notebooks can cheat."),
    seed: int | None = typer.Option(None, "--seed", min=0, max=2**63 - 1, help="Default: a secret one, kept in OUT."),
    timeout: float = typer.Option(10.0, "--timeout", min=0.1, help="Seconds for each exercise."),
    roster: Annotated[Path | None, typer.Option(help="A file with a student on each line: who is missing?")] = None,
) -> None:
    """Grade the notebooks of a class; a second run grades only what changed.

    Exits with 0 when all notebooks were graded, whatever their points; 1 when some could not be used (each is named);
    2 when the input cannot be used or the disk is full; 130 when interrupted.  What is graded is always kept.
    """
    from gm_ref.desk import BadInput
    from gm_ref.grading.run.classrun import Order, grade_class

    with said_plainly(BadInput):
        asked = lesson, out, workers, scheduler, level, allow_level, seed, timeout, roster
        order = Order(submissions, *asked)
        raise typer.Exit(grade_class(order, typer.echo, lambda text: typer.echo(text, err=True)))


@app.command()
def release(
    out: Annotated[Path, typer.Argument(help="The folder to write; OUT.zip is written beside it.")],
    lessons: Annotated[list[str] | None, typer.Option(help="Such as 31_ddpm,41_realnvp; default: all.")] = None,
) -> None:
    """Write what a class gets: a folder and a zip with lessons, checks and hints, and no answer in any file."""
    from gm_ref.course import release as releasing
    from gm_ref.desk import BadInput

    with said_plainly(BadInput):
        for path in releasing.release(out, releasing.chosen(lessons or [])):
            typer.echo(f"wrote {path}")


@data.command("list")
def data_list() -> None:
    """List the data sets, their licences, and which are on this machine."""
    from gm_ref.desk.report import show_data
    from gm_ref.kit.data import available

    show_data(available())


@data.command("show")
def data_show(
    name: Annotated[str, typer.Argument(help="What is drawn on the spot: avatars.")],
    out: Annotated[Path, typer.Option(help="The picture to write.", dir_okay=False)] = Path("avatars.png"),
    seed: int = typer.Option(0, "--seed", min=0, max=2**63 - 1, help="Another seed draws other faces."),
) -> None:
    """Write a contact sheet: the same faces at 64, 32 and 16 pixels, and in pencil."""
    from gm_ref.kit.data.faces.sheet import contact_sheet

    with said_plainly(ValueError, OSError):
        typer.echo(f"wrote {contact_sheet(name, out, seed)}")


@data.command("get")
def data_get(name: str = typer.Argument(help="A name that gm-ref data list shows.")) -> None:
    """Fetch a data set, unless it is here already, and check its sha256."""
    from gm_ref.kit.data import DataError, get

    with said_plainly(ValueError), said_plainly(DataError, code=1):
        typer.echo(get(name))


def main() -> None:
    """Run the command line; a terminal that cannot show a character shows a question mark."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("gm_ref.course", "gm_ref.grading")):
            raise
        typer.echo(f"gm-ref: {sys.argv[1]} is for teachers and authors, and not part of a class release.", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
