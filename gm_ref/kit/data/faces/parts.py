"""The parts of a face as layers, from the hair behind the head to the glasses in front of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from gm_ref.kit.data.faces.hair import BAND, FAR, hair_of
from gm_ref.kit.data.faces.layers import Layer, ellipse, in_colour, in_pencil, stroke
from gm_ref.kit.data.faces.look import ZOOM, Face, face_of

WHITE, DARK, FRAME = (1.0, 1.0, 1.0), (0.12, 0.09, 0.13), (0.16, 0.16, 0.24)
LIPS, TONGUE = (0.50, 0.10, 0.16), (0.91, 0.45, 0.47)
SHADOW = (0.88, 0.78, 0.74)  # what skin is multiplied by where it lies in shadow
EYE = 0.035  # how far the eyes stand below the head's middle
PALE = 0.12  # the tone of cloth in pencil


def paint(attributes: Tensor, jitter: Tensor, size: int) -> Tensor:
    """Return images (n, 3, size, size) in [-1, 1] for attributes (n, 8) and jitter (n, 10)."""
    face = face_of(attributes, jitter, size)
    image = in_colour(layers(face), background(face), size * ZOOM / 2)
    return image.mul_(2).sub_(1).clamp_(-1, 1)


def draw(attributes: Tensor, jitter: Tensor, size: int) -> Tensor:
    """Return the same faces in pencil, (n, 1, size, size) in [-1, 1]: one grey channel, which knows no colour."""
    face = face_of(attributes, jitter, size)
    grey = in_pencil(layers(face), torch.zeros_like(face.x), size * ZOOM / 2)
    return grey.mul_(2).sub_(1).clamp_(-1, 1)[:, None]


def background(face: Face) -> Tensor:
    """Return the background (n, 3, H, W), lightest behind the head."""
    x, y = face.page
    glow = (1.06 - 0.16 * torch.hypot(x * 0.8, y + 0.3)) * (1 + 0.05 * face.jitter["shade"])
    return face.back[:, :, None, None] * glow[:, None]


def layers(face: Face) -> Iterator[Layer]:
    """Yield all layers of the faces, back to front."""
    behind, over = hair_of(face)
    gloss = 1.0 + 0.28 * (-face.y - 0.35).clamp(-0.4, 0.5)
    hair = face.hair[:, :, None, None] * gloss[:, None]
    hatch = 0.14 + 0.34 * torch.cos((face.page[0] + face.page[1]) * 14.5).clamp_min(0)
    yield Layer(behind, hair * 0.86, rim=0.22, line=1, tone=hatch)
    yield from on_rows(body, face, 0.55, 1.0)
    yield from head(face)
    yield from on_rows(details, face, -0.1, 0.75)
    yield from on_rows(eyes, face, -0.35, 0.55)
    yield from on_rows(mouth, face, 0.2, 0.95)
    yield Layer(over, hair, rim=0.25, line=1, tone=hatch)
    yield from on_rows(hat, face, -1.0, 0.2)
    yield from on_rows(glasses, face, -0.35, 0.6)


def on_rows(part: Callable[[Face], Iterator[Layer]], face: Face, top: float, bottom: float) -> Iterator[Layer]:
    """Yield the layers of a part that lies between y = top and y = bottom: only there is anything computed."""
    faces, rows = face.between(top, bottom)
    yield from (replace(layer, rows=rows) for layer in part(faces))


def same(face: Face, colour: tuple[float, float, float]) -> Tensor:
    """Return one colour for all faces, (n, 3)."""
    return torch.tensor([colour]).expand(len(face.skin), 3)


def body(face: Face) -> Iterator[Layer]:
    """Yield the shirt and the neck."""
    x, y = face.page
    shoulders = ellipse(x - 0.5 * face.middle, y - 1.22, 0.80 + 0.05 * face.jitter["width"], 0.46)
    neck = torch.maximum((x - face.middle).abs() - 0.17, (y - 0.86).abs() - 0.2)
    yield Layer(shoulders, face.shirt, rim=0.25, line=1, tone=PALE)
    yield Layer(neck, face.skin * same(face, SHADOW), line=0.6, tone=PALE)


def head(face: Face) -> Iterator[Layer]:
    """Yield ears and head."""
    a, b = face.width, face.height
    jaw = a * (1 - 0.10 * (face.y / b).clamp(0, 1))
    yield Layer(ellipse(face.side - a - 0.01, face.y - 0.06, 0.10, 0.13), face.skin * 0.93, rim=0.22, line=1)
    yield Layer(ellipse(face.x, face.y, jaw, b), face.skin, rim=0.18, line=1)


def details(face: Face) -> Iterator[Layer]:
    """Yield cheeks and nose."""
    cheeks = ellipse(face.side - 0.62 * face.width, face.y - 0.40 * face.height, 0.12, 0.09)
    nose = stroke(face.x - 0.01, face.y - 0.17, (0.012, 0.035), 0.07)
    yield Layer(cheeks, face.skin * same(face, (1.04, 0.72, 0.70)), opacity=0.5)
    yield Layer(nose, face.skin * same(face, (0.84, 0.70, 0.66)), opacity=0.9, tone=0.35)


def eyes(face: Face) -> Iterator[Layer]:
    """Yield eyes and brows: slanted when sad, raised when surprised."""
    out, up = face.side - eye_distance(face), face.y - EYE
    large = 1 + 0.16 * face.jitter["eye size"]
    sad, surprised = face.has("mouth", "sad"), face.has("mouth", "surprised")
    slant = 0.06 * sad
    above = up + 0.205 + 0.05 * surprised + 0.025 * face.jitter["brow"]
    brow = stroke(out, above, (torch.full_like(slant, 0.09), slant), 0.06)
    yield Layer(ellipse(out, up, 0.108 * large, 0.130 * large), same(face, WHITE), tone=0.0)
    yield Layer(ellipse(out + 0.010, up - 0.008, 0.080 * large, 0.110 * large), same(face, DARK), tone=0.9)
    yield Layer(ellipse(out - 0.006, up + 0.045, 0.036 * large, 0.042 * large), same(face, WHITE), tone=0.0)
    yield Layer(brow, face.hair * 0.55 + face.skin * 0.15, tone=0.8)


def mouth(face: Face) -> Iterator[Layer]:
    """Yield the mouth: an open smile with teeth and tongue, a straight line, a bow downwards, or an O."""
    y = face.y - 0.345 * (1 + 0.05 * face.jitter["height"])
    smiling, sad = face.has("mouth", "smiling"), face.has("mouth", "sad")
    is_open = smiling | face.has("mouth", "surprised")
    smile = torch.maximum(ellipse(face.x, y + 0.06, 0.25, 0.225), 0.9 * face.x.square() - y - 0.06)
    inside = torch.where(smiling, smile, ellipse(face.x, y - 0.02, 0.115, 0.14))
    line = bow(face.x, y - 0.02 + 0.03 * sad, torch.where(sad, 1.9, 0.0))
    tongue = torch.maximum(inside + 0.03, 0.02 - ellipse(face.x, y, 0.24, 0.10))
    lips = face.skin * 0.42 + torch.tensor([[0.16, -0.06, -0.02]])
    colour = torch.where(is_open[:, :, 0], same(face, LIPS), lips)
    yield Layer(torch.where(is_open, inside, line), colour, tone=0.85)
    yield Layer(torch.where(is_open, tongue, FAR), same(face, TONGUE), opacity=0.8)
    yield Layer(torch.where(smiling, torch.maximum(smile + 0.025, y - 0.025), FAR), same(face, WHITE), tone=0.0)


def bow(x: Tensor, y: Tensor, curve: Tensor) -> Tensor:
    """Return the distance to a parabola of this curve, 0.42 wide, drawn with a round pen of 0.075."""
    reach, slope = x.clamp(-0.172, 0.172), 2 * curve * x
    height = (y - curve * reach.square()) / torch.sqrt(1 + slope.square())
    return torch.hypot(x - reach, height) - 0.0375


def hat(face: Face) -> Iterator[Layer]:
    """Yield a beanie with a band and a bobble, in the colour of the shirt."""
    up, off = face.y + BAND * face.height, torch.where(face.has("hat", "hat"), 0.0, FAR)
    dome = torch.maximum(ellipse(face.x, up, face.width + 0.13, 0.40 * (1 + 0.1 * face.jitter["height"])), up)
    band = torch.maximum(face.side - face.width - 0.15, (up + 0.02).abs() - 0.095)
    bobble = torch.hypot(face.x, up + 0.45) - 0.115
    yield Layer(bobble + off, face.shirt * 0.55 + 0.42, rim=0.2, line=1)
    yield Layer(dome + off, face.shirt, rim=0.22, line=1, tone=PALE)
    yield Layer(band + off, face.shirt * 0.62 + 0.22, rim=0.18, line=0.8, tone=0.0)


def glasses(face: Face) -> Iterator[Layer]:
    """Yield lenses that are a little bright, and a frame with a bridge and arms."""
    apart, up, off = eye_distance(face), face.y - EYE, torch.where(face.has("glasses", "glasses"), 0.0, FAR)
    lens = torch.hypot(face.side - apart - 0.005, up) - 0.185 * (1 + 0.05 * face.jitter["eye size"])
    between = torch.minimum(face.side - apart + 0.17, torch.maximum(apart + 0.18 - face.side, face.side - face.width))
    arms = torch.maximum((up + 0.02).abs() - 0.025, between)
    frame = torch.minimum(lens.abs() - 0.027, arms)
    yield Layer(lens + off, same(face, WHITE), opacity=0.18)
    yield Layer(frame + off, same(face, FRAME), tone=0.8)


def eye_distance(face: Face) -> Tensor:
    """Return how far each eye stands from the middle, (n, 1, 1)."""
    return 0.215 * (1 + 0.18 * face.jitter["eye distance"])
