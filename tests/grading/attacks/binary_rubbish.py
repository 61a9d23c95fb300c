"""Random bytes, zero bytes, an empty file, a picture's beginning, text in other encodings."""

import random


def build():
    """Return files that are no notebooks."""
    text = '{"cells": [], "metadata": {"gm_ref": {"lesson": "31_ddpm"}}}'
    noise = random.Random(0).randbytes(100_000)
    texts = [text.encode("utf-16"), text.encode("utf-32"), b"\xef\xbb\xbf" * 100 + text.encode()]
    return [noise, b"", bytes(1_000_000), b"\x89PNG\r\n\x1a\n" + noise, b"\xff\xfe", b" \n\t", *texts]


SCORES = {}
