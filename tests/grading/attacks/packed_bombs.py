"""Compressed files that grow a thousandfold, and a zip whose names lead out of the folder, handed in as notebooks."""

import gzip
import io
import zipfile


def build():
    """Return a gzip bomb and a zip with hostile names."""
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in (
            "../../../../tmp/gmattack_slip.ipynb",
            "/tmp/gmattack_absolute.ipynb",
            "..\\gmattack.ipynb",
            "=cmd()",
        ):
            packed.writestr(name, bytes(1_000_000))
    return [gzip.compress(bytes(100 << 20)), place.getvalue()]


SCORES = {}
FILE = "../../gmattack_slip.ipynb"
