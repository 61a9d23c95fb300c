"""Tell a call and what stopped it: the error, the line of the learner's code, the arguments by dtype and shape."""

import dis
import inspect
import linecache
import re
import traceback
from collections.abc import Callable
from itertools import takewhile
from types import CodeType
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from gm_ref.checks.core.verdict import kind_of

HERE = __file__.rsplit("gm_ref", 1)[0] + "gm_ref"
ROOMS = ("checks", "desk", "grading", "kit")
STUB = {"NOP", "CACHE", "RESUME", "PUSH_NULL", "LOAD_GLOBAL", "LOAD_CONST", "PRECALL", "CALL", "RAISE_VARARGS"}
AMBIGUOUS = "Boolean value of Tensor with more than one value is ambiguous"
COMPARED = re.compile(r"\b(?:if|elif|while)\s+(?:not\s+)?(\w+)")


def story(error: BaseException, function: Callable, call: str) -> list[str]:
    """Return the sentences on an error: its kind and text, the learner's line, what it means, the call."""
    first = (str(error).strip().splitlines() or ["no message"])[0][:300]
    line = learners_line(error, code_of(function))
    return [f"{kind_of(error)}: {first}", line, meaning(first, line), f"The call was {call}."]


def meaning(text: str, line: str) -> str:
    """Return what an error of the library means where its text does not say what to do, or ''."""
    if AMBIGUOUS not in text:
        return ""
    found = COMPARED.search(line)
    if not found:
        return "A tensor holds one truth value for each entry: combine them with & and |, choose with torch.where."
    word = found[0].split()[0]
    return f"`{word}` looks at one truth value, but {found[1]} holds one for each sample: use torch.where."


def told_call(name: str, function: Callable, args: tuple) -> str:
    """Describe a call with names, dtypes and shapes."""
    names = argument_names(function, len(args))
    return f"{name}({', '.join(f'{n}: {describe(a)}' for n, a in zip(names, args, strict=True))})"


def argument_names(function: Callable, count: int) -> list[str]:
    """Return the function's own names for its first count arguments, or 'argument 1', ... where it has none."""
    try:
        names = [p.name for p in inspect.signature(function).parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"argument {i + 1}" for i in range(count)]


def describe(value: Any) -> str:
    """Say what a value is in a few words: a tensor by dtype and shape, a network or an optimiser by its class."""
    if isinstance(value, Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    if isinstance(value, nn.Module):
        return f"a network ({type(value).__name__})"
    if callable(value):
        return f"a function ({getattr(value, '__name__', type(value).__name__)})"
    if isinstance(value, Optimizer):
        return f"an optimiser ({type(value).__name__})"
    if isinstance(value, (list, tuple)) and any(isinstance(v, Tensor) or callable(v) for v in value):
        return f"a {type(value).__name__} of {len(value)}"
    return repr(value)[:60]


def code_of(function: Any) -> CodeType | None:
    """Return the code of a learner's function, or of the object that is called like one; None where there is none."""
    inner = inspect.unwrap(function)
    own = inner if hasattr(inner, "__code__") else vars(type(inner)).get("__call__")
    return getattr(own, "__code__", None)


def is_stub(function: Callable) -> bool:
    """Say whether a function is the stub that a notebook comes with: it does nothing but raise NotImplementedError."""
    code = code_of(function)
    if code is None or code.co_names != ("NotImplementedError",):
        return False
    return {step.opname for step in dis.get_instructions(code)} <= STUB


def learners_line(error: BaseException, code: CodeType | None = None) -> str:
    """Return the last line of the learner's own code that the error passed through, or ''.

    Where that line stands in another cell than the exercise's own code, the sentence says in whose.
    """
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not is_library(f.filename)]
    if not frames:
        return ""
    last = frames[-1]
    line = (last.line or linecache.getline(last.filename, last.lineno or 0)).strip()
    if not line or code is None or last.filename == code.co_filename:
        return f"Line {last.lineno} of your cell: {line}" if line else ""
    there = list(takewhile(lambda f: f.filename == last.filename, reversed(frames)))
    own = [f for f in frames if f.filename == code.co_filename]
    caller = f", called from line {own[-1].lineno} of {code.co_name}" if own else ""
    return f"Line {last.lineno} of {there[-1].name}'s cell{caller}: {line}"


def is_library(filename: str) -> bool:
    """Say whether a stack frame belongs to installed code or to the course, not to the learner."""
    own = tuple(f"{HERE}/{room}/" for room in ROOMS)
    return "site-packages" in filename or "/lib/python" in filename or filename.replace("\\", "/").startswith(own)
