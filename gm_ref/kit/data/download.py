"""Fetch real data sets once, check every file against its sha256, and keep them in a folder of the user's.

Files lie in CACHE/NAME/FILE.  CACHE is the argument `cache`, else the variable GM_REF_DATA, else the place where
this system keeps caches.  A mirror is any address that serves such a folder: the argument `base_url`, else the
variable GM_REF_MIRROR; a teacher runs `python -m http.server` in the cache and the class needs no internet.  A
file is written under a temporary name and takes its own only when its checksum is right.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gm_ref.kit.data.sources import SOURCES, DataError, File, Source

TIMEOUT = 30  # seconds that a server may stay silent


class Entry(NamedTuple):
    """One line of `gm-ref data list`: size in bytes; cached when all files are there in their full size."""

    name: str
    licence: str
    size: int
    cached: bool


def available(cache: str | Path | None = None) -> list[Entry]:
    """Return what can be fetched.  It looks at sizes only; the checksums are checked at each use."""
    return [Entry(s.name, s.licence, s.size, _is_cached(s, cache_folder(cache) / s.name)) for s in SOURCES.values()]


def get(name: str, cache: str | Path | None = None, base_url: str | None = None) -> str:
    """Fetch a data set and return the sentence that `gm-ref data get NAME` prints.  Errors: as fetch."""
    folder = fetch(name, cache, base_url)
    source = SOURCES[name]
    return f"{name}: {len(source.files)} files, {source.size / 1e6:.1f} MB, in {folder} (licence: {source.licence})."


def fetch(name: str, cache: str | Path | None = None, base_url: str | None = None) -> Path:
    """Return the folder that holds the files of a data set, after downloading what is missing or damaged.

    Raises ValueError for a name not in SOURCES, and DataError when a file cannot be had; then nothing
    half-written is kept.
    """
    source = source_named(name)
    mirror = base_url or os.environ.get("GM_REF_MIRROR")
    urls = (f"{mirror.rstrip('/')}/{name}",) if mirror else source.urls
    folder = cache_folder(cache) / name
    for file in source.files:
        _fetch_file(file, folder, urls)
    return folder


def source_named(name: str) -> Source:
    """Return SOURCES[name], or raise ValueError with the names there are."""
    if name not in SOURCES:
        raise ValueError(f'no data set is called "{name}": choose from {", ".join(SOURCES)}.')
    return SOURCES[name]


def cache_folder(cache: str | Path | None = None) -> Path:
    """Return the folder of all data sets; it need not exist yet."""
    import pooch

    return Path(cache or os.environ.get("GM_REF_DATA") or pooch.os_cache("gm_ref")).expanduser()


def wants_bar() -> bool:
    """Return whether someone is watching: a terminal or a notebook."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules


def _is_cached(source: Source, folder: Path) -> bool:
    """Return whether all files of a source are in the folder, in their full size."""
    paths = [(folder / file.name, file.size) for file in source.files]
    return all(path.is_file() and path.stat().st_size == size for path, size in paths)


def _fetch_file(file: File, folder: Path, urls: Sequence[str]) -> None:
    """Make sure that the file is in the folder, trying the addresses in turn."""
    reasons = []
    for url in urls:
        reason = _try(file, folder, url)
        if reason is None:
            return
        reasons.append(f"{url}: {reason}")
    raise DataError(
        f"{file.name} could not be had ({'; '.join(reasons)}); expected {file.size} bytes with sha256 "
        f"{file.sha256[:12]}...: check the connection and try again, or put the file into {folder} yourself."
    )


def _try(file: File, folder: Path, url: str) -> str | None:
    """Fetch the file from one address, unless it is there already; return None, or why it failed."""
    import pooch
    from requests.exceptions import RequestException

    pooch.get_logger().setLevel("WARNING")
    store = pooch.create(path=folder, base_url=f"{url}/", registry={file.name: f"sha256:{file.sha256}"})
    try:
        store.fetch(file.name, downloader=pooch.HTTPDownloader(progressbar=wants_bar(), timeout=TIMEOUT))
    except RequestException as error:  # it is an OSError as well, so it comes first
        return _connection_trouble(error)
    except OSError as error:
        why = error.strerror or error
        raise DataError(f"{folder} cannot be written ({why}): set GM_REF_DATA to a folder of yours.") from None
    except ValueError:
        return "the file that came has another checksum"
    return None


def _connection_trouble(error: Exception) -> str:
    """Return a few words on what the network did."""
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, exceptions.Timeout) or "timed out" in str(error):  # in mid-file it is a ConnectionError
        return f"the server was silent for {TIMEOUT} s"
    if isinstance(error, exceptions.ChunkedEncodingError):
        return "the connection broke before the end of the file"
    if isinstance(error, exceptions.ConnectionError):
        return "no connection to the server"
    return f"the address cannot be used ({type(error).__name__})"
