"""What a learner's desk needs: lessons laid out in work/, a saved notebook read and checked, hints.

Nothing here imports torch but the child process of runner.py, so that the command line answers at once.
"""


class BadInput(Exception):
    """What was given cannot be used; the text is the one sentence that the command line prints."""
