"""The README of a class release: what a student reads first."""

from collections.abc import Sequence

from gm_ref.syllabus import Lesson

TEXT = """\
# {title}

{intro}

| lesson | title | exercises | points | computing |
|---|---|---|---|---|
{table}

When your code is wrong, the check below it says which mistake it is, what to look at, and by how much you are off.

## Start

You need Python 3.11 or newer and {gigabytes} GB of disk. Unpack the zip, open a terminal in the folder that holds this
file, and type two commands.

On Linux and macOS:

```
python3 -m venv .venv && .venv/bin/python -m pip install -c constraints.txt -e .
.venv/bin/gm-ref lab
```

On Windows, in PowerShell:

```
py -m venv .venv; .venv\\Scripts\\python -m pip install -c constraints.txt -e .
.venv\\Scripts\\gm-ref lab
```

The first one downloads PyTorch and JupyterLab into the folder `.venv`; it takes some minutes and is needed once. The
second copies each lesson into the folder `work/` and opens JupyterLab there; from the next time on it is all you need.
Nothing that you change in `work/` is ever overwritten.

Keep the folder: the course runs from where it is. In an environment of your own, the two commands are
`python -m pip install -c constraints.txt -e .` and `gm-ref lab`; for conda, see `environment.yml`.

## Work

Open a lesson from the list on the left, and run it from top to bottom with Shift+Enter. An exercise is one function:
put your code in place of `raise NotImplementedError`, run its cell, then the check below it. Hints are folded under
each check. In a terminal, in this folder:

| command | what it does |
|---|---|
| `{bin}check work/{example}.ipynb` | checks all exercises of the saved notebook, without training anything |
| `{bin}hint {hint}` | prints a hint; `--step 2` and `--step 3` say more |
| `{bin}syllabus` | shows exercises and points |

On Windows the program is `.venv\\Scripts\\gm-ref`; its `check` needs WSL there, the checks in the notebook do not.
Where a lesson says `make lab`, type the second command above. The solved lessons in `solutions/`, which a lesson may
mention, are not part of this release.

## Hand in

Save the notebook, and hand in {hand_in} where your class collects its work.
Leave the names of files and functions as they are. Your grade comes from the same checks, which your teacher runs on
other random inputs.

## If something does not work

- **pip finds no version that fits**: leave out `-c constraints.txt`, which asks for the versions that were tested.
- **The download is too large**: on Linux, pip may choose a PyTorch with libraries for NVIDIA cards, several GB. The
  course needs none of them: type `python3 -m venv .venv`, install PyTorch's CPU build with `.venv/bin/python -m pip`
  as PyTorch's own site says, then type the first command.
- **`python3 -m venv` fails**: on Debian and Ubuntu, `sudo apt install python3-venv`.
- **You lost a cell or a lesson**: the originals are in `notebooks/`. Move your copy away, and the second command lays
  out a new one.

## Licence

Code: MIT. Prose and figures: CC BY 4.0. Both in [LICENSE](LICENSE); the data sets' own licences in
[data/README.md](data/README.md).
"""


def readme(lessons: Sequence[Lesson]) -> str:
    """Return the README for these lessons."""
    first, several = lessons[0], len(lessons) > 1
    return TEXT.format(
        title=f"{len(lessons)} lessons on generative models" if several else first.title,
        intro="Notebooks in which you derive generative models and write them yourself." if several else ONE,
        table="\n".join(row(lesson) for lesson in lessons),
        gigabytes=2,
        bin=".venv/bin/gm-ref ",
        example=first.id,
        hint=f"{first.stem}.{first.exercises[0].name}",
        hand_in="the notebooks from `work/`" if several else f"`work/{first.id}.ipynb`",
    )


ONE = "A notebook in which you derive a generative model and write it yourself."


def row(lesson: Lesson) -> str:
    """Return a lesson's row in the table."""
    points = sum(e.points for e in lesson.exercises)
    return f"| `{lesson.id}` | {lesson.title} | {len(lesson.exercises)} | {points} | {lesson.minutes} min |"
