"""Hostile submissions, one in each file, as text: importing a file runs none of its attack.

A file has a docstring that says what is tried, and
    CELLS   the code of its notebook's cells, or `def build()` that returns a notebook's bytes, or a list of several;
    SCORES  exercise -> points that it honestly earns; all other exercises earn 0 (default: predict_x0, see hostile.py);
    SAYS    what must stand in one mark's text at L2: proof that the attack ran, and of what it found;
    NEEDS   "L2" where L1 cannot hold it (gm_ref/grading/sandbox/levels.py lists these names);
    TOUCHES_SYSTEM  True where it meets processes, memory, signals, descriptors or files, which each level holds in its
            own way, as what NEEDS "L2" always does; what meets judge and wire alone runs at the best level only;
    STUDENT, FILE   the names it is handed in under.
In the text @REPO@, @CANARY@, @PORT@ and @JUDGE@ become this repository, a folder that must stay as it is, a port that
must hear nothing, and the judge's process id.
"""
