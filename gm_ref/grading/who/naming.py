"""Text that comes from a submission, made fit to print; and file names that are safe whatever a student is called."""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256

LONGEST_SLUG = 80
LONGEST_NAME = 120
DIGITS = 12
LONGEST_TEXT, MOST_TEXTS = 2000, 40
SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*")
ENDS_LIKE_A_HASH = re.compile(rf"-[0-9a-f]{{{DIGITS}}}")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
UNFIT = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f{BIDI}\u2028\u2029\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ud800-\udfff]")
UNFIT_HIGH = re.compile("[" + "".join(chr(n * 0x10000 + 0xFFFE) + chr(n * 0x10000 + 0xFFFF) for n in range(17)) + "]")
INSTEAD = "\ufffd"


def printable(text: object) -> str:
    """Return text in one normal form (NFC), fit for HTML, XML, JSON and UTF-8; newlines and tabs stay.

    Control characters, lone surrogates, what turns the direction of writing, and code points that are no characters
    become U+FFFD, so that what is seen is what is there.
    """
    plain = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNFIT_HIGH.sub(INSTEAD, UNFIT.sub(INSTEAD, plain)))


def one_line(text: object) -> str:
    """Return printable text with each run of white space as one space."""
    return " ".join(printable(text).split())


def shown_name(name: str) -> str:
    """Return a student's name as it is shown: one line, at most 120 characters, never empty."""
    plain = one_line(name)
    return (plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1].rstrip()}…") or "(no name)"


def slug(student: str) -> str:
    """Return a file name's stem for a student: at most 80 characters of A-Z a-z 0-9 . _ - and the same each time.

    A name in small letters stays as it is.  Any other gets a hash of the whole name at its end, so that two names
    differ also where characters were lost or where the file system does not tell capitals from small letters.
    """
    if is_safe(student):
        return student
    ascii_only = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", ascii_only).strip("-_")[: LONGEST_SLUG - DIGITS - 1].rstrip("-_")
    digest = sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    return f"{stem or 'student'}-{digest}"


def is_safe(student: str) -> bool:
    """Say whether a name can be a file's stem as it stands, on any system."""
    fits = len(student) <= LONGEST_SLUG and ".." not in student and not student.endswith(".")
    claims = RESERVED.fullmatch(student) or ENDS_LIKE_A_HASH.fullmatch(student[-DIGITS - 1 :])
    return bool(fits and SAFE.fullmatch(student) and not claims)


def bounded(texts: Iterable[str]) -> list[str]:
    """Return texts fit to print: at most 40, of at most 2,000 characters each; more is cut and said to be."""
    texts = list(texts)
    cut = [printable(t if len(t) <= LONGEST_TEXT else f"{t[:LONGEST_TEXT]}… (cut)") for t in texts[:MOST_TEXTS]]
    return cut if len(texts) <= MOST_TEXTS else [*cut, f"… and {len(texts) - MOST_TEXTS} more lines"]
