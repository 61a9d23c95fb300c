"""JSON nested a million deep, in the open and inside a notebook's metadata; numbers of a million digits."""

DEEP = b"[" * 1_000_000
SCORES = {}


def build():
    """Return files that break recursive readers."""
    begin = b'{"cells": [], "metadata": {"gm_ref": {"lesson": "31_ddpm"}, "x": '
    balanced = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    digits = b"9" * 1_000_000
    return [DEEP, begin + DEEP, begin + DEEP + b"]" * 1_000_000 + b"}}", balanced, begin + digits + b"}}", b'"' * 5]
