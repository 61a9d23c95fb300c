"""A folder and its zip, written beside the old ones and put in their place only when both are whole."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gm_ref.desk import BadInput

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can hold, so that the same files give the same bytes
UNIX, PLAIN_FILE = 3, 0o100644


def zip_of(out: Path) -> Path:
    """Return the zip that stands beside a folder."""
    return out.with_name(f"{out.name}.zip")


def is_zip_of(out: Path, marker: str) -> bool:
    """Say whether the place of out's zip is free, or taken by an earlier one with the marker in it."""
    path = zip_of(out)
    if not path.exists() and not path.is_symlink():
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(f"/{marker}") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def replace(out: Path, files: Mapping[str, bytes]) -> None:
    """Write files, name -> content, as the folder out and as out.zip with out's name on top.

    What stood there is replaced whole, or stays as it was; then BadInput says why.
    """
    with said(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
        try:
            write_folder(part / "new", files)
            write_zip(part / "new.zip", out.resolve().name, files)
            exchange(out, part)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files with the same permissions on every machine."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(PLAIN_FILE & 0o777)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def write_zip(path: Path, top: str, files: Mapping[str, bytes]) -> None:
    """Write the zip, stored and not compressed: compressors differ between machines, and notebooks are small."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{top}/{name}", LONG_AGO)
            entry.create_system, entry.external_attr = UNIX, PLAIN_FILE << 16
            archive.writestr(entry, content)


def exchange(out: Path, part: Path) -> None:
    """Put part's folder new and file new.zip in the place of out and its zip; undo the half of it if that fails."""
    new, old = part / "new", part / "old"
    if out.exists():
        os.rename(out, old)
    try:
        os.rename(new, out)
        os.replace(part / "new.zip", zip_of(out))
    except BaseException:  # an interrupt too
        if not new.exists():
            os.rename(out, new)
        if old.exists():
            os.rename(old, out)
        raise


@contextmanager
def said(out: Path) -> Iterator[None]:
    """Turn an error of the file system into BadInput with one sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput(f"{out} cannot be written: {reason}; mend that and run again, what stood there stays.") from None
