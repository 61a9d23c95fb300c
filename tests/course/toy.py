"""A toy lesson in a folder of its own, so that the builder is tested without building the course."""

import textwrap

import pytest

from gm_ref.course.paths import Rooms
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

# %% [markdown] tags=["solution"]
# Because two and two is four.
"""


@pytest.fixture
def rooms(tmp_path):
    """The toy lesson's rooms, with its source and answers written."""
    rooms = Rooms(LESSON, tmp_path)
    for path, text in ((rooms.source, SOURCE), (rooms.answers, ANSWERS)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip())
    return rooms
