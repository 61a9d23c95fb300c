"""The parts that pages are made of: the sheet, escaped text, bars, a histogram.

A page is one file: its style is inline, it asks for nothing else, and its content security policy forbids scripts
and any style but its own.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from html import escape

from gm_ref.grading.out.page_style import STYLE
from gm_ref.grading.who.naming import printable

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)
MOST_COLUMNS = 31  # of a histogram
WIDE, HIGH, BASE, EDGE = 360, 170, 140, 30  # the histogram's box, the height of its axis, its left margin


def text(value: object) -> str:
    """Return a value as text that no browser takes for markup."""
    return escape(printable(value), quote=True)


def name(value: object) -> str:
    """Return a name as text whose direction of writing does not spill over to what stands beside it."""
    return f"<bdi>{text(value)}</bdi>"


def sheet(title: str, parts: Iterable[str]) -> str:
    """Return a whole page."""
    head = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">',
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
    ]
    return "\n".join([*head, *filter(None, parts), "</main>\n</body>\n</html>\n"])


def heading(words: str, level: int = 2) -> str:
    """Return a heading of plain words."""
    return f"<h{level}>{text(words)}</h{level}>"


def listing(items: Iterable[str]) -> str:
    """Return a list of markup, '' where there is nothing to list."""
    items = [f"<li>{item}</li>" for item in items]
    return "<ul>\n" + "\n".join(items) + "\n</ul>" if items else ""


def table(caption: str, columns: list[str], rows: Iterable[list[str]], kind: str = "many-rows") -> str:
    """Return a table of markup; the first cell of each row is the row's header; kind is its class."""
    head = "".join(f'<th scope="col">{text(c)}</th>' for c in columns)
    body = [
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{c}</td>" for c in rest) + "</tr>" for first, *rest in rows
    ]
    return (
        f'<table class="{kind}">\n<caption>{text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(body)
        + "\n</tbody>\n</table>"
    )


def folded(summary: str, content: str) -> str:
    """Return markup that opens at a click."""
    return f"<details>\n<summary>{text(summary)}</summary>\n{content}\n</details>"


def bar(count: int, total: int, kind: str) -> str:
    """Return a bar for a share; the number stands beside it in words, so that screen readers skip the bar."""
    width = f"{100 * count / total if total else 0:.1f}"
    return (
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="10"></rect>'
        f'<rect class="{kind}" width="{width}" height="10"></rect></svg>'
    )


def share(count: int, total: int) -> str:
    """Return a count with its share in per cent, as markup."""
    per_cent = 100 * count / total if total else 0.0
    return f"{count} ({'&lt;1' if 0 < per_cent < 0.5 else f'{per_cent:.0f}'} %)"


def histogram(values: list[int], most: int) -> str:
    """Return how often each number of points (0 to most) came, as a drawing and as a table."""
    width = max(1, -(-(most + 1) // MOST_COLUMNS))
    bins = [(low, min(low + width - 1, most)) for low in range(0, most + 1, width)]
    had = Counter(min(max(v, 0), most) // width for v in values)
    counts = [had[i] for i in range(len(bins))]
    rows = [[span(b), str(n)] for b, n in zip(bins, counts, strict=True) if n]
    drawn = drawing(bins, counts, f"How many of {len(values)} students earned how many points, from 0 to {most}")
    return drawn + folded("The same as a table", table("Students by points", ["points", "students"], rows, "few"))


def span(edges: tuple[int, int]) -> str:
    """Return a bin's name."""
    return str(edges[0]) if edges[0] == edges[1] else f"{edges[0]} to {edges[1]}"


def drawing(bins: list[tuple[int, int]], counts: list[int], told: str) -> str:
    """Return the histogram's drawing; told is what it says to who does not see it."""
    highest, step = max(counts) or 1, (WIDE - EDGE) / len(bins)
    columns = [
        f'<rect class="fill" x="{EDGE + i * step + 1:.1f}" y="{BASE - h:.1f}" width="{step - 2:.1f}" height="{h:.1f}">'
        f"<title>{span(b)} points: {n}</title></rect>"
        for i, (b, n) in enumerate(zip(bins, counts, strict=True))
        if n and (h := 125 * n / highest)
    ]
    every = max(1, len(bins) // 6)
    below = [label(EDGE + (i + 0.5) * step, BASE + 13, b[0]) for i, b in enumerate(bins) if i % every == 0]
    sides = [label(EDGE - 4, BASE, 0, "end"), label(EDGE - 4, BASE - 117, highest, "end")]
    axis = f'<line class="axis" x1="{EDGE}" x2="{WIDE}" y1="{BASE}" y2="{BASE}"></line>'
    names = [label((WIDE + EDGE) / 2, HIGH - 3, "points"), label(2, 10, "students", "start")]
    return (
        f'<svg class="histogram" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{text(told)}">\n'
        + "\n".join([*columns, axis, *below, *sides, *names])
        + "\n</svg>\n"
    )


def label(x: float, y: float, words: object, anchor: str = "middle") -> str:
    """Return a text of a drawing."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text(words)}</text>'
