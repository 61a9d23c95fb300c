"""A toy lesson in a folder of its own, so that the builder is tested without building the course."""

import textwrap

import pytest

from gm_ref.course.paths import Rooms
from gm_ref.course.places import needed_to_build
from gm_ref.syllabus import Exercise, Lesson

LESSON = Lesson(
    98, "toy", "diffusion", "A toy", 1, (Exercise("double", 2, 3, 1), Exercise("quadruple", 1, 3, 2, ("double",)))
)

ANSWERS = '''
"""Toy answers."""
import functools


def double(x):
    """Return 2 x."""
    return x + x


@functools.cache
def quadruple(x):
    """Return 4 x,
    by doubling.
    """
    # twice
    return double(double(x))


def helper(x):
    """Return x."""
    return x
'''

SOURCE = """
# %% [markdown]
# # A toy

# %% tags=["setup"]
import functools

# %% tags=["given"]
from gm_ref.diffusion.toy import helper

# %% [markdown]
# ### Exercise `double`: twice

# %% tags=["exercise"]
from gm_ref.diffusion.toy import double

# %%
check_double(double)

# %% [markdown] tags=["hints"]
# Hints for `double`
#
# 1. A nudge.
# 2. A formula $2x$,
#    on two lines.
# 3. A sketch.

# %% [markdown]
# ### Exercise `quadruple`: again

# %% tags=["exercise"]
from gm_ref.diffusion.toy import quadruple

# %%
check_quadruple(quadruple)

# %% [markdown] tags=["hints"]
# Hints for `quadruple`
#
# 1. One.
# 2. Two.
# 3. Three.

# %% tags=["predict"]
predict("four", "I expect four.")

# %%
total = quadruple(1)
print(total)

# %% tags=["figure", "nbval-ignore-output"]
# Figure: the total
predicted("four")

# %% [markdown] tags=["task"]
# ## Open task

# %% tags=["task"]
knob = 1

# %% [markdown] tags=["recap"]
# ## Recap
#
# You can now double.
#
# **1.** Why?

# %% [markdown] tags=["solution"]
# Because two and two is four.

# %% [markdown]
# **2.** Why?

# %% [markdown] tags=["solution"]
# Since it is so.

# %% [markdown]
# **3.** Why?

# %% [markdown] tags=["solution"]
# It just is.

# %% [markdown] tags=["bigger"]
# ## Go bigger

# %% tags=["bigger"]
go = False
if bigger(go):
    print(quadruple(10))
"""


@pytest.fixture
def rooms(tmp_path):
    """The toy lesson's rooms, with its source and answers written."""
    rooms = Rooms(LESSON, tmp_path)
    checks = "".join(f"from gm_ref.checks.toy.{e.name} import check_{e.name}\n" for e in LESSON.exercises)
    empty = {path: "" for path in needed_to_build(rooms)}
    texts = {rooms.source: SOURCE, rooms.answers: ANSWERS, rooms.checks / "__init__.py": checks}
    for path, text in (empty | texts).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip())
    return rooms
