"""Load the hostile submissions and make notebooks of them."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from tests.desk.desk import RIGHT, SPREAD, code, notebook
from tests.grading import attacks

REPO = Path(__file__).parents[2]
HONEST = """def predict_x0(x_t: Tensor, t: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    share = alpha_bar[t].reshape(-1, *[1] * (x_t.dim() - 1))
    return (x_t - torch.sqrt(1 - share).to(x_t.dtype) * eps) / torch.sqrt(share).to(x_t.dtype)
"""
TELL = """def tell(**acts):
    worked = []
    for name, act in acts.items():
        try:
            act()
            worked.append(name)
        except BaseException:
            pass
    raise RuntimeError("worked: " + (", ".join(worked) or "nothing"))
"""


@dataclass(frozen=True)
class Attack:
    """One hostile submission; see tests/grading/attacks/__init__.py for the fields."""

    name: str
    story: str
    build: Callable[[], bytes | list[bytes]]
    scores: dict[str, int]
    says: str
    needs: str
    student: str
    file: str
    touches_system: bool

    def notebooks(self, places: dict[str, str]) -> list[bytes]:
        """Return its notebooks with @NAME@ replaced by places["NAME"]."""
        built = self.build()
        return [placed(raw, places) for raw in (built if isinstance(built, list) else [built])]


def placed(raw: bytes, places: dict[str, str]) -> bytes:
    """Return raw with its marks replaced; a huge file holds none."""
    for mark, value in places.items() if len(raw) < 1 << 20 else ():
        raw = raw.replace(f"@{mark}@".encode(), value.encode())
    return raw


def with_cells(*cells) -> bytes:
    """Return a notebook with the honest exercise, the helper `tell`, and these cells."""
    return json.dumps(notebook(HONEST, TELL, *cells)).encode()


def attack_of(module: ModuleType) -> Attack:
    """Return the attack that a file describes."""
    name = module.__name__.rsplit(".", 1)[1]
    given = vars(module)
    build = given.get("build") or (lambda: with_cells(*module.CELLS))
    scores = given.get("SCORES", {"predict_x0": 2})
    names = given.get("STUDENT", name), given.get("FILE", f"{name}.ipynb")
    needs = given.get("NEEDS", "L1")
    touches_system = given.get("TOUCHES_SYSTEM", needs == "L2")
    return Attack(name, module.__doc__ or "", build, scores, given.get("SAYS", ""), needs, *names, touches_system)


def all_attacks() -> list[Attack]:
    """Return every attack, in order of name."""
    found = sorted(m.name for m in iter_modules(attacks.__path__))
    return [attack_of(import_module(f"{attacks.__name__}.{name}")) for name in found]


def neighbour() -> bytes:
    """Return the honest notebook of another student, who gets 5 points."""
    return json.dumps(notebook(SPREAD, RIGHT, HONEST)).encode()


def raw_cell(**fields) -> dict:
    """Return a code cell with some fields replaced by something odd."""
    return {**code("pass"), **fields}


def judge_id() -> str:
    """Return this process's id: the judge lives here."""
    return str(os.getpid())
