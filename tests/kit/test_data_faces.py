"""The faces show what their captions say, measured in their pixels, and their words are read by where they stand."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import avg_pool2d

from gm_ref.kit import data
from gm_ref.kit.data import avatars, draw_avatars, faces
from gm_ref.kit.data.faces import ATTRIBUTES, JITTER, combinations, describe, draw_attributes, draw_jitter, has_words
from gm_ref.kit.data.faces.look import BACK, SHIRT

SIZES = [len(names) for names in ATTRIBUTES.values()]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def some(n, seed=0):
    """Return attributes and jitter of n faces."""
    return draw_attributes(n, seeded(seed)), draw_jitter(n, seeded(seed + 1))


def with_word(attributes, name, word):
    """Return the same faces with another word."""
    changed = attributes.clone()
    changed[:, list(ATTRIBUTES).index(name)] = ATTRIBUTES[name].index(word)
    return changed


def changed(attributes, jitter, name, words, **how):
    """Return where the pictures of two words of one attribute differ, (n, H, W) bool."""
    a, b = (draw_avatars(with_word(attributes, name, word), jitter, **how) for word in words)
    return (a - b).abs().amax(dim=1) > 0.15


def test_types_and_range():
    images, captions = avatars(50, seeded())
    assert images.shape == (50, 3, 32, 32) and images.dtype == torch.float32 and images.is_contiguous()
    assert images.min() >= -1 and images.max() <= 1 and len(captions) == 50
    assert avatars(0, seeded())[0].shape == (0, 3, 32, 32) and avatars(0, seeded())[1] == []
    for size in (8, 16, 27, 64):
        assert draw_avatars(*some(3), size).shape == (3, 3, size, size)
        assert draw_avatars(*some(3), size, pencil=True).shape == (3, 1, size, size)
    assert draw_avatars(*some(0), pencil=True).shape == (0, 1, 32, 32)


def test_the_generator_decides():
    images, captions = avatars(300, seeded(1))
    again, same = avatars(300, seeded(1))
    assert torch.equal(images, again) and captions == same and avatars(300, seeded(2))[1] != captions


def test_a_face_is_the_same_alone_and_among_others():
    attributes, jitter = some(130, 3)
    together = draw_avatars(attributes, jitter)
    for row in (0, 64, 129):
        alone = draw_avatars(attributes[row : row + 1], jitter[row : row + 1])
        torch.testing.assert_close(alone[0], together[row], rtol=0, atol=1e-5)


def test_names_do_not_hide_those_of_the_shapes():
    assert data.avatars is avatars and callable(data.avatars) and data.faces is faces
    assert data.describe is not faces.describe and data.ATTRIBUTES is not faces.ATTRIBUTES


def test_there_are_32000_faces_and_8000_captions():
    table = combinations()
    assert len(table) == math.prod(SIZES) == 32_000 and len(JITTER) == 10
    captions = set(describe(table))
    assert len(captions) == 8000
    assert "a sad face with deep skin and long brown hair wearing glasses and a hat on pink" in captions
    assert "a smiling face with brown skin and curly red hair on blue" in captions


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(*[st.integers(0, size - 1) for size in SIZES]), max_size=5))
def test_captions_read_back(rows):
    attributes = torch.tensor(rows, dtype=torch.int64).reshape(-1, 8)
    assert torch.equal(faces.read(describe(attributes)), attributes[:, :7])
    assert describe(attributes[:, :7]) == describe(attributes)


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "a cat",
        "a sad face with brown skin and brown long hair on pink",
        "a sad face with red skin and long brown hair on pink",
        "a sad face with deep skin and long tan hair on pink",
        "a sad face with deep skin and long brown hair wearing a hat and glasses on pink",
        "a sad face with deep skin and long brown hair wearing shoes on pink",
        "a sad face with deep skin and long brown hair on pink ",
        "a sad face with deep skin and long brown hair on pink\n",
    ],
)
def test_other_captions_are_refused(caption):
    with pytest.raises(ValueError, match=r"(?s)^the caption is .*expected .*: use the words of faces.ATTRIBUTES.$"):
        faces.read([caption])


def test_attributes_are_uniform():
    n = 20_000
    drawn = draw_attributes(n, seeded(3))
    for column, size in enumerate(SIZES):
        share = torch.bincount(drawn[:, column], minlength=size) / n
        assert (share - 1 / size).abs().max() < 4 * math.sqrt((1 - 1 / size) / size / n)


def test_held_out_combinations_never_come():
    held = [("curly", "red"), ("brown skin", "brown hair"), ("deep", "blond", "glasses")]
    attributes = draw_attributes(20_000, seeded(4), held)
    assert not any(has_words(attributes, words).any() for words in held)
    captions = avatars(500, seeded(5), 8, [("hat",)])[1]
    assert not any("hat" in caption for caption in captions)
    assert len(combinations(("curly", "red"))) == 32_000 // 25 and len(combinations(("no hat",))) == 16_000


@pytest.mark.parametrize(
    "hold_out, sentence",
    [
        ([("brown",)], '"brown" can be more than one attribute: write "brown skin" or "brown hair".'),
        ([("dark",)], '"dark" is no word of the faces: use one of smiling, serious'),
        (("curly", "red"), 'must be a tuple of words, got the text "curly": write ("curly",).'),
        ([()], "hold_out leaves none of the 32,000 combinations: hold out fewer."),
        ([("hat",), ("no hat",)], "hold_out leaves none of the 32,000 combinations: hold out fewer."),
    ],
)
def test_impossible_hold_outs_are_refused(hold_out, sentence):
    with pytest.raises(ValueError) as caught:
        avatars(1, seeded(), hold_out=hold_out)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "attributes, jitter, size, sentence",
    [
        ((2, 8), (3, 10), 32, "(n, 8) and jitter (n, 10), got (2, 8) and (3, 10)"),
        ((2, 7), (2, 10), 32, "got (2, 7) and (2, 10)"),
        ((2, 8), (2, 8), 32, "got (2, 8) and (2, 8)"),
        ((8,), (10,), 32, "got (8,) and (10,)"),
        ((2, 8), (2, 10), 7, "at least 8 pixels, got 7: give 16, 32 or 64."),
    ],
)
def test_what_cannot_be_drawn_is_refused(attributes, jitter, size, sentence):
    with pytest.raises(ValueError) as caught:
        draw_avatars(torch.zeros(attributes, dtype=torch.int64), torch.zeros(jitter), size)
    assert sentence in str(caught.value)


def test_indices_that_are_no_words_are_refused():
    with pytest.raises(ValueError, match=r"indices below \[4, 4, 5, 5, 2, 2, 5, 4\]"):
        draw_avatars(torch.full((1, 8), 4), torch.zeros(1, 10))


def test_a_small_picture_is_a_large_one_averaged():
    attributes, jitter = some(64, 6)
    large, small = draw_avatars(attributes, jitter, 64), draw_avatars(attributes, jitter, 32)
    assert (avg_pool2d(large, 2) - small).abs().mean() < 0.04 < (small - small.roll(1, 0)).abs().mean()


def test_background_and_shirt_have_the_nearest_colour_of_the_palette():
    attributes, jitter = some(1000, 7)
    images = draw_avatars(with_word(attributes, "style", "short"), jitter) / 2 + 0.5
    for pixel, palette, column in ((images[:, :, 3, 0], BACK, 6), (images[:, :, 31, 9], SHIRT, 7)):
        nearest = torch.cdist(pixel, torch.tensor(list(palette.values()))).argmin(dim=1)
        assert torch.equal(nearest, attributes[:, column])


@pytest.mark.parametrize("name, least", [("mouth", 4), ("style", 80), ("glasses", 40), ("hat", 60)])
def test_every_word_changes_the_picture(name, least):
    attributes, jitter = some(100, 8)
    for a in ATTRIBUTES[name]:
        for b in ATTRIBUTES[name]:
            if a < b:
                assert changed(attributes, jitter, name, (a, b)).sum(dim=(1, 2)).float().median() >= least, (a, b)


def test_a_mouth_is_seven_pixels_wide_or_more():
    attributes, jitter = some(200, 9)
    jitter[:, JITTER.index("tilt")] = 0
    where = changed(attributes, jitter, "mouth", ("smiling", "surprised"))[:, 18:]  # below the eyes
    assert where.any(dim=1).sum(dim=1).float().median() >= 7


def test_a_pencil_knows_shapes_and_no_colours():
    attributes, jitter = some(50, 10)
    drawing = draw_avatars(attributes, jitter, pencil=True)
    for name in ("skin", "hair", "back", "shirt"):
        for word in ATTRIBUTES[name]:
            assert torch.equal(draw_avatars(with_word(attributes, name, word), jitter, pencil=True), drawing)
    for name in ("mouth", "style", "glasses", "hat"):
        assert changed(attributes, jitter, name, ATTRIBUTES[name][:2], pencil=True).any(dim=(1, 2)).all()
    assert (drawing > 0.8).float().mean() > 0.3  # paper


@pytest.mark.parametrize("pencil", [False, True])
def test_nothing_of_a_part_lies_outside_of_its_rows(pencil, monkeypatch):
    """The farthest jitters, drawn with each part on its own rows and with each on all rows."""
    attributes = draw_attributes(300, seeded(12))
    jitter = 2.0 * torch.randint(2, (300, 10), generator=seeded(13)) - 1
    cut = draw_avatars(attributes, jitter, 64, pencil)
    monkeypatch.setattr("gm_ref.kit.data.faces.parts.on_rows", lambda part, face, top, bottom: part(face))
    assert torch.equal(draw_avatars(attributes, jitter, 64, pencil), cut)


def test_every_jitter_does_something_and_the_first_moves_to_the_right():
    attributes = draw_attributes(50, seeded(11))
    still = draw_avatars(attributes, torch.zeros(50, 10))
    for column in range(10):
        jitter = torch.zeros(50, 10)
        jitter[:, column] = 1
        assert ((draw_avatars(attributes, jitter) - still).abs().amax(dim=(1, 2, 3)) > 0.02).all(), JITTER[column]
    right = torch.zeros(50, 10)
    right[:, 0] = 1
    moved = draw_avatars(attributes, right)
    back = 1.12  # 0.06 of half a picture of 32 pixels, drawn 1.17 times as large
    shifts = [(moved[:, :, 8:20, s:] - still[:, :, 8:20, : 32 - s]).abs().mean() for s in range(4)]
    assert round(back) == torch.tensor(shifts).argmin()
