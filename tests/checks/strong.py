"""Which further mutants a lesson's checks let pass: `python -m tests.checks.strong STEM [--exercise NAME]`.

All mutants of all accepted alternatives, and mutants with two changes of the reference, on three seeds each.  Written
as JSON, so that two versions of the checks can be compared: --against OLD.json names the mutants that were rejected
then and pass now, which is a loss, and those that passed then and are rejected now.

It runs on an older tree too: PYTHONPATH=/path/to/tree python tests/checks/strong.py STEM --out old.json
"""

import argparse
import ast
import copy
import hashlib
import inspect
import json
import random
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from gm_ref.checks.core.check import SPECS
from tests.checks import mutation
from tests.checks.bench import EXERCISES, alternatives_of, check_of, reference_of

PAIRS, SEEDS = 500, 3


def all_of(lesson, exercise, pairs: int) -> Iterator[tuple[str, object]]:
    """Yield (what was changed, function) for the mutants of all alternatives, then the pairs of changes."""
    for answer in alternatives_of(lesson, exercise.name):
        try:
            for mutant in mutation.mutants(answer):
                yield f"{answer.__name__}: {mutant.change}", mutant.function
        except (OSError, TypeError, SyntaxError):  # a class or a partial has no source of a function
            print(f"  {getattr(answer, '__name__', answer)} has no source to change", file=sys.stderr)
    yield from twice(reference_of(lesson, exercise.name), pairs)


def twice(function, count: int) -> Iterator[tuple[str, object]]:
    """Yield count mutants of a function with two changes each, the same ones at every run."""
    tree, chance, seen = ast.parse(inspect.getsource(function)), random.Random(0), set()
    for _ in range(20 * count):
        first = changed(tree, chance)
        second = first and changed(first[1], chance)
        text = second and ast.unparse(second[1])
        made = compiled(second[1], function) if text and text not in seen and text != ast.unparse(tree) else None
        seen.add(text)
        if made:
            yield f"{first[0]};  {second[0]}", made
            count -= 1
            if not count:
                return


def changed(tree: ast.Module, chance: random.Random) -> tuple[str, ast.Module] | None:
    """Return one change in words, chosen by chance among those that mutation.changes would make, and the new tree."""
    function = tree.body[0]
    nodes = [n for part in (*mutation.body_of(function), *function.decorator_list) for n in ast.walk(part)]
    words = [n for r in nodes if isinstance(r, ast.Raise) for n in ast.walk(r)]
    places = {id(n) for n in [*nodes, function]} - {id(n) for n in words}
    spots = [(i, edit) for i, n in enumerate(ast.walk(tree)) if id(n) in places for edit in mutation.edits(n, function)]
    if not spots:
        return None
    index, edit = chance.choice(spots)
    new = copy.deepcopy(tree)
    edit(list(ast.walk(new))[index])
    lines = mutation.first_difference(tree, new)
    return ("  ->  ".join(lines), new) if lines else None


def compiled(tree: ast.Module, function):
    """Return the function of a tree among the names of its module, or None where it does not compile."""
    names = dict(vars(import_module(function.__module__)))
    try:
        exec(compile(tree, "<mutant>", "exec"), names)
    except (SyntaxError, TypeError, ValueError, NameError, AttributeError):
        return None
    return names[function.__name__]


def passes(lesson, exercise, function) -> bool:
    """Say whether a mutant passes its check on all seeds; whatever else it does counts as noticed."""
    spec = SPECS[lesson.stem, exercise.name]
    mutant = mutation.Mutant(exercise.name, "", function)
    try:
        return all(mutation.passes(spec, mutant, seed) for seed in range(SEEDS))
    except (Exception, SystemExit, RecursionError):
        return False


def tried(lesson, exercise, pairs: int) -> dict:
    """Return the survivors in full, and the rejected mutants by a short digest."""
    check_of(lesson, exercise.name)
    survivors, rejected = [], []
    for change, function in all_of(lesson, exercise, pairs):
        if passes(lesson, exercise, function):
            survivors.append(change)
        else:
            rejected.append(digest(change))
    return {"survivors": sorted(set(survivors)), "rejected": sorted(set(rejected))}


def digest(change: str) -> str:
    """Return twelve letters for a change."""
    return hashlib.sha256(change.encode()).hexdigest()[:12]


def compare(name: str, old: dict, new: dict) -> int:
    """Print what is lost and gained for one exercise, and return how many mutants are lost."""
    was_rejected, now_rejected = set(old["rejected"]), set(new["rejected"])
    lost = [change for change in new["survivors"] if digest(change) in was_rejected]
    gained = [change for change in old["survivors"] if digest(change) in now_rejected]
    same = {*old["rejected"], *map(digest, old["survivors"])} == {*now_rejected, *map(digest, new["survivors"])}
    print(f"  {name}: lost {len(lost)}, gained {len(gained)}{'' if same else '; other mutants were tried'}")
    for change in lost:
        print(f"    LOST   {change}")
    return len(lost)


def main() -> int:
    """Try one lesson's exercises, print, write, and compare."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("stem")
    options.add_argument("--exercise", default="")
    options.add_argument("--pairs", type=int, default=PAIRS, help="mutants with two changes of each reference")
    options.add_argument("--out", type=Path, help="where to write the JSON; a file that is there keeps its other rows")
    options.add_argument("--against", type=Path, help="the JSON of an older run")
    given = options.parse_args()
    warnings.simplefilter("ignore")
    chosen = [(lesson, e) for lesson, e in EXERCISES if lesson.stem == given.stem and given.exercise in ("", e.name)]
    if not chosen:
        raise SystemExit(
            f"There is no exercise {given.stem}.{given.exercise}: give a stem, and a name of its exercises."
        )
    rows = json.loads(given.out.read_text("utf-8")) if given.out and given.out.exists() else {}
    old, losses = json.loads(given.against.read_text("utf-8")) if given.against else {}, 0
    for lesson, exercise in chosen:
        name = f"{lesson.stem}.{exercise.name}"
        rows[name] = row = tried(lesson, exercise, given.pairs)
        print(f"{name}: {len(row['survivors'])} of {len(row['survivors']) + len(row['rejected'])} pass", flush=True)
        if name in old:
            losses += compare(name, old[name], row)
        elif not old:
            print("".join(f"  {change}\n" for change in row["survivors"]), end="")
        if given.out:
            given.out.write_text(json.dumps(rows, indent=1), "utf-8")
    return min(losses, 1)


if __name__ == "__main__":
    raise SystemExit(main())
