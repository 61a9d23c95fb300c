"""A notebook of 500 MB."""


def build():
    """Return a notebook whose one output is very long."""
    return b'{"cells": [{"cell_type": "code", "source": "' + b"x" * (500 << 20) + b'"}], "metadata": {}}'


SCORES = {}
