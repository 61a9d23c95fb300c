"""The worker's files: a copy of the few files that a submission may see, with stand-ins for the checks.

No answer, no mistake, no check and no frozen diagnosis is in it.  The worker's Python finds packages here and in
site-packages only: it starts without the site module, so that no editable install leads back to the repository.
"""

import os
import shutil
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from gm_ref.desk import BadInput
from gm_ref.syllabus import LESSONS

ROOT = Path(__file__).parents[3]
SHARED = (
    "gm_ref/__init__.py",
    "gm_ref/checks/__init__.py",
    "gm_ref/grading/__init__.py",
    *(f"gm_ref/desk/{name}.py" for name in ("__init__", "cells", "check", "names", "runner", "saved_notebook")),
    *(
        f"gm_ref/grading/sandbox/{name}.py"
        for name in ("__init__", "confine", "landlock", "seccomp", "worker", "zygote")
    ),
    *(f"gm_ref/grading/talk/{name}.py" for name in ("__init__", "codec", "networks", "optimizers", "wire")),
)
FONTS = "matplotlib"  # the folder for what matplotlib notes of the fonts; it does not use one that it cannot write
FOLDERS = ("gm_ref/kit", "gm_ref/checks/core", "gm_ref/syllabus")
STAND_IN = '''"""A stand-in: while a notebook is graded, its own check cells do nothing."""


def __getattr__(name):
    if name.startswith("check_"):
        return lambda *args, **kwargs: None
    raise AttributeError(name)
'''
PRELOADED = ("numpy", "torch.distributions", "IPython.core.inputtransformer2", "matplotlib.pyplot")


def lay_out(folder: Path, root: Path = ROOT) -> None:
    """Copy into folder what a worker may see, readable for everybody."""
    for name in SHARED:
        copy(root / name, folder / name)
    for shared in FOLDERS:
        for path in sorted((root / shared).rglob("*.py")):
            copy(path, folder / path.relative_to(root))
    for lesson in LESSONS:
        copy(root / "notebooks" / f"{lesson.id}.ipynb", folder / "notebooks" / f"{lesson.id}.ipynb")
        (folder / "gm_ref" / "checks" / f"{lesson.stem}.py").write_text(STAND_IN, "utf-8")
    (folder / FONTS).mkdir()
    for fonts in lists_of_fonts():
        copy(fonts, folder / FONTS / fonts.name)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def copy(source: Path, target: Path) -> None:
    """Copy one file, if it is there."""
    if source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def lists_of_fonts() -> list[Path]:
    """Return what matplotlib has noted of this machine's fonts, if it has: to look for them takes a while."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return sorted(Path(os.environ.get("MPLCONFIGDIR") or os.path.join(cache, "matplotlib")).glob("fontlist-*.json"))


def packages() -> list[str]:
    """Return the folders that hold installed packages; the repository itself is none."""
    torch = find_spec("torch")
    homes = [str(Path(torch.origin).parents[1])] if torch and torch.origin else []
    own = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *homes}
    return sorted(p for p in own if Path(p).resolve() != ROOT.resolve())


def readable(folder: Path) -> list[str]:
    """Return the folders that a submission may read: the standard library, installed packages, the folder."""
    library = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), os.path.join(sys.base_prefix, "lib")}
    return sorted({*library, *packages(), str(folder)})


def refuse_if_answers_show(folder: Path, root: Path = ROOT) -> None:
    """Raise BadInput where a submission could read answers: installed as a package, or inside a readable folder."""
    places = [Path(p) for p in readable(folder)]
    secret = ("mistakes", *{lesson.family for lesson in LESSONS})
    for place in places:
        found = [place / "gm_ref" / name for name in secret if (place / "gm_ref" / name).exists()]
        if found:
            raise BadInput(
                f"the answers are installed in {found[0]}, where a submission can read them: uninstall gm_ref there, "
                "and grade from a clone set up by make."
            )
    if any(root.resolve().is_relative_to(place.resolve()) for place in places):
        raise BadInput(
            f"the course lies in {root}, inside a folder that submissions may read: move the clone elsewhere."
        )


def command(folder: Path, descriptor: int, lesson: str) -> list[str]:
    """Return the command that starts the zygote: Python without environment, without user or editable packages."""
    probes = [f"gm_ref.kit.probes.{path.stem}" for path in sorted(folder.glob("gm_ref/kit/probes/[!_]*.py"))]
    opening = str(folder / "notebooks" / f"{lesson}.ipynb") if lesson else ""
    terms = f"{descriptor}, {opening!r}, {(*PRELOADED, *probes)!r}, {readable(folder)!r}"
    start = (
        f"import sys; sys.path[:0] = [{str(folder)!r}]; sys.path += {packages()!r}; sys.dont_write_bytecode = True; "
        f"from gm_ref.grading.sandbox.zygote import main; main({terms})"
    )
    return [sys.executable, "-I", "-S", "-W", "ignore", "-c", start]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of the zygote, and so of every submission: nothing of the person who grades."""
    return {
        **{
            "HOME": str(folder),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TMPDIR": str(folder),
            "TORCHINDUCTOR_CACHE_DIR": str(folder),
        },
        **{"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        **{"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(folder / FONTS), "TQDM_DISABLE": "1", "PYTHONUTF8": "1"},
    }
