"""The captioned shapes show what their captions say, measured without the code that painted them."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path as Outline

from gm_ref.kit.data import (
    ATTRIBUTES,
    COLOURS,
    FILLS,
    FORMS,
    POSITIONS,
    SIZES,
    captioned_shapes,
    combinations,
    describe,
    draw_attributes,
    draw_shapes,
    has_words,
    read_captions,
)
from gm_ref.kit.data.canvas import BACKGROUND, DISTANCES, PALETTE, RADII


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def every_combination(seed=0):
    """Return all 1,296 attributes and an image of each, with random jitter."""
    table = combinations()
    return table, draw_shapes(table, 2 * torch.rand(len(table), 5, generator=seeded(seed)) - 1)


def ink(images):
    """Return how far each pixel is from the background, (n, H, W), 0 for paper."""
    paper = 2 * torch.tensor(BACKGROUND)[:, None, None] - 1
    return (images - paper).abs().amax(dim=1)


def corners(form):
    """Return the corners of a form of radius 1 as complex numbers, y down; None for the circle."""
    turns = [complex(math.sin(k * math.pi / 5), -math.cos(k * math.pi / 5)) for k in range(10)]
    star = [(0.6 if k % 2 else 1.2) * z for k, z in enumerate(turns)]
    plus = [z * 1j**k for k in range(4) for z in (0.48 - 1.05j, 0.48 - 0.48j, 1.05 - 0.48j)]
    return {
        "square": [complex(x, y) for x, y in [(-0.82, -0.82), (0.82, -0.82), (0.82, 0.82), (-0.82, 0.82)]],
        "triangle": [1.2 * complex(math.sin(a), -math.cos(a)) for a in (0, 2 * math.pi / 3, 4 * math.pi / 3)],
        "diamond": [-1.15j, 0.8 + 0j, 1.15j, -0.8 + 0j],
        "star": star,
        "cross": plus,
    }.get(form)


def area(form):
    """Return the area of a form of radius 1, by the shoelace formula."""
    points = corners(form)
    if points is None:
        return math.pi * 0.95**2
    return abs(sum((a.conjugate() * b).imag for a, b in zip(points, points[1:] + points[:1], strict=True))) / 2


def test_shapes_types_and_range():
    images, captions = captioned_shapes(50, seeded())
    assert images.shape == (50, 3, 32, 32) and images.dtype == torch.float32 and images.is_contiguous()
    assert images.min() >= -1 and images.max() <= 1 and len(captions) == 50
    assert captioned_shapes(0, seeded())[0].shape == (0, 3, 32, 32)
    assert captioned_shapes(3, seeded(), size=16)[0].shape == (3, 3, 16, 16)


def test_the_generator_decides():
    images, captions = captioned_shapes(300, seeded(1))
    again, same = captioned_shapes(300, seeded(1))
    assert torch.equal(images, again) and captions == same
    assert captioned_shapes(300, seeded(2))[1] != captions


def test_there_are_1296_captions():
    captions = describe(combinations())
    assert len(captions) == len(set(captions)) == 1296 == math.prod(len(names) for names in ATTRIBUTES.values())
    assert tuple(ATTRIBUTES.values()) == (SIZES, FILLS, COLOURS, FORMS, POSITIONS)
    words = [word for names in ATTRIBUTES.values() for word in names]
    assert len(words) == len(set(words))
    assert "a small outlined red star at the top left" in captions


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(*[st.integers(0, len(names) - 1) for names in ATTRIBUTES.values()]), max_size=5))
def test_captions_read_back(rows):
    attributes = torch.tensor(rows, dtype=torch.int64).reshape(-1, 5)
    assert torch.equal(read_captions(describe(attributes)), attributes)


@settings(deadline=None, max_examples=100)
@given(
    st.text(alphabet="a smlrgedoutin", max_size=40) | st.sampled_from(["", "a cat", "small filled red star at the top"])
)
def test_other_captions_are_refused(caption):
    with pytest.raises(ValueError, match=r"expected .*: use the words"):
        read_captions([caption])


def test_attributes_are_uniform():
    n = 20_000
    drawn = draw_attributes(n, seeded(3))
    for column, names in enumerate(ATTRIBUTES.values()):
        share = torch.bincount(drawn[:, column], minlength=len(names)) / n
        p = 1 / len(names)
        assert (share - p).abs().max() < 4 * math.sqrt(p * (1 - p) / n)


def test_held_out_combinations_never_come():
    held = [("red", "star"), ("small", "blue", "top left")]
    attributes = draw_attributes(20_000, seeded(4), held)
    assert not any(has_words(attributes, words).any() for words in held)
    left = 1296 - 2 * 2 * 9 - 2 * 6
    assert len({tuple(row) for row in attributes.tolist()}) == left
    _, captions = captioned_shapes(2000, seeded(5), hold_out=held)
    assert not any("red" in c and "star" in c for c in captions)
    assert len(combinations(("red", "star"))) == 2 * 2 * 9


@pytest.mark.parametrize(
    "hold_out, match",
    [
        ([("pink",)], '"pink" is no word .*: use one of small'),
        (("red", "star"), "tuple of words"),
        ([()], "leaves none"),
    ],
)
def test_impossible_hold_outs_are_refused(hold_out, match):
    with pytest.raises(ValueError, match=match):
        captioned_shapes(1, seeded(), hold_out=hold_out)


@pytest.mark.parametrize("shapes", [((2, 5), (3, 5)), ((2, 4), (2, 4)), ((5,), (5,))])
def test_unfit_attributes_are_refused(shapes):
    with pytest.raises(ValueError, match=r"\(n, 5\), got"):
        draw_shapes(torch.zeros(shapes[0], dtype=torch.int64), torch.zeros(shapes[1]))


def test_tiny_pictures_are_refused():
    with pytest.raises(ValueError, match="at least 8 pixels, got 4"):
        captioned_shapes(1, seeded(), size=4)


def test_position_is_where_the_ink_is():
    table, images = every_combination()
    weight = ink(images)
    line = (torch.arange(32) + 0.5) / 16 - 1
    x = (weight.sum(dim=1) * line).sum(dim=1) / weight.sum(dim=(1, 2))
    y = (weight.sum(dim=2) * line).sum(dim=1) / weight.sum(dim=(1, 2))
    names = [f"{v} {h}" for v in ("top", "", "bottom") for h in ("left", "", "right")]
    names = ["centre" if not name.strip() else name.strip() for name in names]
    cell = 3 * ((y + 0.72) / 0.48).long().clamp(0, 2) + ((x + 0.72) / 0.48).long().clamp(0, 2)
    assert [names[c] for c in cell] == [POSITIONS[p] for p in table[:, 4]]


def test_colour_is_the_nearest_of_the_palette():
    table, images = every_combination(1)
    strongest = ink(images).flatten(1).argmax(dim=1)
    pixel = images.flatten(2)[torch.arange(len(images)), :, strongest] / 2 + 0.5
    nearest = torch.cdist(pixel, torch.tensor(list(PALETTE.values()))).argmin(dim=1)
    assert torch.equal(nearest, table[:, 2])


def test_size_is_the_extent():
    table, images = every_combination(2)
    marked = ink(images) > 0.2
    extent = torch.minimum(marked.any(dim=1).sum(dim=1), marked.any(dim=2).sum(dim=1))
    middle = table[:, 4] == POSITIONS.index("centre")
    for form in range(len(FORMS)):
        small = extent[middle & (table[:, 3] == form) & (table[:, 0] == SIZES.index("small"))]
        large = extent[middle & (table[:, 3] == form) & (table[:, 0] == SIZES.index("large"))]
        assert small.max() + 2 <= large.min()


def test_an_outline_is_hollow_and_inside_the_filled_shape():
    table = combinations(("filled",))
    jitter = 2 * torch.rand(len(table), 5, generator=seeded(6)) - 1
    hollow = table.clone()
    hollow[:, 1] = FILLS.index("outlined")
    full, line = ink(draw_shapes(table, jitter)), ink(draw_shapes(hollow, jitter))
    assert (line <= full + 1e-5).all()
    assert (line.sum(dim=(1, 2)) < 0.92 * full.sum(dim=(1, 2))).all()
    assert ((full - line).amax(dim=(1, 2)) > 0.5 * full.amax(dim=(1, 2))).all()


@pytest.mark.parametrize("form", FORMS)
def test_ink_is_the_area(form):
    """Softened edges keep the area: the shares of colour add up to it, within 4 %."""
    row = read_captions([f"a large filled white {form} at the centre"])
    white = 2 * torch.tensor(PALETTE["white"]) - 1
    share = ink(draw_shapes(row, torch.zeros(1, 5), size=128)) / ink(white[None, :, None, None]).max()
    assert share.sum() / 64**2 == pytest.approx(area(form) * RADII["large"] ** 2, rel=0.04)


@pytest.mark.parametrize("form", [form for form in FORMS if form != "circle"])
def test_signed_distance_is_negative_inside(form):
    """The sign agrees with matplotlib's test of a point in a polygon; the slope is one, so it is a distance."""
    points = (3 * torch.rand(2000, 2, generator=seeded(7), dtype=torch.float64) - 1.5).requires_grad_()
    distance = DISTANCES[form](points[:, 0], points[:, 1])
    outline = Outline([(z.real, z.imag) for z in corners(form)])
    inside = torch.from_numpy(outline.contains_points(points.detach().numpy()))
    clear = distance.abs() > 2e-3
    assert torch.equal(distance[clear] < 0, inside[clear])
    slope = torch.autograd.grad(distance.sum(), points)[0].norm(dim=1)
    torch.testing.assert_close(slope, torch.ones_like(slope), rtol=0, atol=1e-3)


def test_jitter_moves_but_keeps_the_caption():
    row = read_captions(["a small filled red circle at the top"])
    right = torch.tensor([[1.0, 0, 0, 0, 0]])
    still, moved = (ink(draw_shapes(row, j)) for j in (torch.zeros(1, 5), right))
    line = torch.arange(32.0)
    shift = ((moved - still).sum(dim=1) * line).sum() / still.sum()
    assert shift == pytest.approx(0.05 * 16, rel=0.05)
