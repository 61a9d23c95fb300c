"""Figures of the lessons: one style, a caption that says what to see, and alt text for those who do not see it."""

import base64
import io
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib
import torch
from cycler import cycler
from torch import Tensor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#6e7781"  # Okabe and Ito 2008
STYLE: Any = {
    "figure.dpi": 110,
    "figure.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PINK, GREY]),
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "font.size": 10,
    "lines.linewidth": 1.8,
    "svg.hashsalt": "gm_ref",
}
LINE = 100  # characters of a caption's line


@contextmanager
def style() -> Iterator[None]:
    """Draw in the course's style inside a with block; nothing global changes."""
    with matplotlib.rc_context(STYLE):
        yield


def use_style() -> None:
    """Draw everything that follows in the course's style; a lesson's set-up cell calls it."""
    matplotlib.rcParams.update(STYLE)


def new_figure(rows: int = 1, columns: int = 1, size: tuple[float, float] = (7.0, 3.2)) -> tuple["Figure", Any]:
    """Return a figure of this size in inches with its axes, in the course's style: one, or an array of them.

    It belongs to whoever holds it: pyplot does not know it, so that nothing piles up and nothing is shown twice.
    """
    from matplotlib.figure import Figure  # a third of a second, which a check from the command line can do without

    with style():
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(rows, columns)
    return figure, axes


def show(figure: "Figure", alt: str, caption: str = "") -> "Picture":
    """Return the figure as a picture with alt text and a caption below, which Jupyter displays.

    The PNG's bytes are the same for the same figure: no date and no version is written into it.
    """
    return Picture(png_of(figure, tight=True), alt, caption)


def film(figures: Sequence["Figure"], alt: str, caption: str = "", milliseconds: int = 350) -> "Picture":
    """Return figures of one size as one moving picture (an animated PNG that repeats)."""
    from PIL import Image

    frames = [Image.open(io.BytesIO(png_of(figure))).convert("P", palette=Image.Palette.ADAPTIVE) for figure in figures]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)
    return Picture(buffer.getvalue(), alt, caption)


def png_of(figure: "Figure", tight: bool = False) -> bytes:
    """Return a figure's PNG."""
    buffer = io.BytesIO()
    with style():
        figure.savefig(buffer, format="png", metadata={"Software": None}, bbox_inches="tight" if tight else None)
    return buffer.getvalue()


class Picture:
    """A figure as Jupyter shows it: the image, its alt text, its caption."""

    def __init__(self, png: bytes, alt: str, caption: str):
        if not alt.strip():
            raise ValueError("alt is empty: say in a sentence what the figure shows, for those who cannot see it.")
        self.png, self.alt, self.caption = png, alt, caption

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode()
        below = f'<figcaption style="max-width:52em;opacity:.75">{escape(self.caption)}</figcaption>'
        image = f'<img alt="{escape(self.alt, quote=True)}" style="max-width:100%;background:white" '
        image += f'src="data:image/png;base64,{data}">'
        return f'<figure style="margin:0">{image}{below if self.caption else ""}</figure>'

    def __repr__(self) -> str:
        return textwrap.fill(f"[figure: {self.alt}] {self.caption}".strip(), LINE)


def image_grid(images: Tensor, columns: int, ax: "Axes", title: str = "") -> None:
    """Draw images (B, C, H, W) in [-1, 1] as a sheet on ax, row by row, with a thin gap between them."""
    if images.dim() != 4:
        raise ValueError(f"images must be (B, C, H, W), got {tuple(images.shape)}: add the axes that are missing.")
    count, channels, height, width = images.shape
    rows = -(-count // columns)
    sheet = torch.full((rows * (height + 1) - 1, columns * (width + 1) - 1, channels), 1.0)
    for i, image in enumerate(images.detach().cpu().float()):
        top, left = (i // columns) * (height + 1), (i % columns) * (width + 1)
        sheet[top : top + height, left : left + width] = image.permute(1, 2, 0)
    picture = ((sheet + 1) / 2).clamp(0, 1).squeeze(-1).numpy()
    ax.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    ax.set_title(title)
    ax.axis("off")


def density_heatmap(log_prob: Callable, ax: "Axes", reach: float = 3.0, points: int = 160) -> None:
    """Draw the density exp(log_prob) on [-reach, reach]^2; log_prob maps (N, 2) to (N,)."""
    line = torch.linspace(-reach, reach, points)
    y, x = torch.meshgrid(line, line, indexing="ij")
    with torch.no_grad():
        density = log_prob(torch.stack([x, y], dim=-1).reshape(-1, 2)).exp().reshape(points, points)
    ax.imshow(density.cpu().numpy(), origin="lower", extent=(-reach, reach, -reach, reach), cmap="viridis")
    ax.grid(False)
    ax.set(xlabel="$x_1$", ylabel="$x_2$")


def scatter(samples: Tensor, ax: "Axes", reach: float = 3.0, title: str = "", color: str = BLUE) -> None:
    """Draw points (N, 2) on ax."""
    x = samples.detach().cpu()
    ax.scatter(x[:, 0], x[:, 1], s=4, alpha=0.5, color=color, linewidths=0)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="$x_1$", ylabel="$x_2$", title=title)
    ax.set_aspect("equal")


def loss_curve(losses: Tensor, ax: "Axes", floor: float | None = None, window: int = 50) -> None:
    """Draw each step's loss faintly, its running mean over `window` steps, and the floor it cannot go below."""
    ax.plot(losses, color=GREY, alpha=0.3, linewidth=0.7)
    window = max(1, min(window, len(losses) // 2))
    smooth = losses.double().unfold(0, window, 1).mean(dim=1) if len(losses) else losses
    ax.plot(range(window - 1, len(losses)), smooth, color=BLUE, label=f"mean of {window} steps")
    if floor is not None:
        ax.axhline(floor, color=ORANGE, linestyle="--", label=f"floor {floor:.3g}")
    ax.set(xlabel="step", ylabel="loss")
    ax.legend(frameon=False)
