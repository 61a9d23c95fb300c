"""Reports one loaded cell after the other for ever, so that loading never ends."""

TOUCHES_SYSTEM = True

CELLS = [
    r"""
def q_sample(x0, t, eps, alpha_bar):
    return x0

import os
from gm_ref.grading.talk.wire import write_frame
stream = os.fdopen(os.dup(3), "wb")
while True:
    write_frame(stream, {"cell": 1})
""",
]
SCORES = {}  # it names another cell as the one that stalls, and loses that
