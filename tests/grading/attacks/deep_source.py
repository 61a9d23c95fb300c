"""Code nested so deep that parsing, walking or compiling it overflows, at depths that each break another reader."""

from tests.grading.hostile import with_cells

TOUCHES_SYSTEM = True


def build():
    """Return notebooks with one deep cell each, beside an honest one."""
    sources = ["x = " + "+".join(["1"] * n) for n in (300, 900, 1500, 3000, 100_000)]
    sources += ["x = " + "-" * n + "1" for n in (150, 1000, 50_000)]
    sources += ["x = a" + ".b" * n for n in (900, 100_000)]
    sources += ["x = " + "(" * n + ")" * n for n in (150, 10_000)]
    sources += ["if a:\n pass\n" + "elif a:\n pass\n" * n for n in (900, 3000)]
    sources += ["x = " + "lambda: " * 2000 + "1", "x = 1" + "0" * 100_000, "x = 0x" + "f" * 1_000_000, "\0\ud800 = 1"]
    return [with_cells(source) for source in sources]
