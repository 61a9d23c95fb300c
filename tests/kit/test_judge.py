"""The judge reads unseen faces, says how sure it is, and refuses a checkpoint that is not its own."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn.functional import avg_pool2d

from gm_ref.course.release_contents import contents
from gm_ref.kit import judge
from gm_ref.kit.checkpoint import CheckpointError
from gm_ref.kit.data.faces import ATTRIBUTES, avatars, draw_attributes, draw_avatars, draw_jitter
from gm_ref.kit.judge import CHECKPOINT, about, features, load, read, save
from gm_ref.kit.metrics import frechet_distance, mean_sureness
from gm_ref.syllabus import LESSONS

ROOT = Path(__file__).parents[2]
README = (ROOT / "data" / "README.md").read_text("utf-8")


def faces(n, size, seed):
    generator = torch.Generator().manual_seed(seed)
    attributes = draw_attributes(n, generator)
    return draw_avatars(attributes, draw_jitter(n, generator), size), attributes


@pytest.mark.parametrize("size", [32, 64])
def test_each_attribute_of_unseen_faces_is_read(size):
    images, attributes = faces(1000, size, 1234)
    found, sureness = read(images)
    right = (found == attributes).double().mean(dim=0)
    assert found.dtype == torch.int64 and found.shape == sureness.shape == (1000, 8)
    assert (right >= 0.995).all(), dict(zip(ATTRIBUTES, right.tolist(), strict=True))
    assert sureness.min() > 0 and sureness.max() <= 1 and (mean_sureness(sureness) > 0.98).all()


def test_larger_images_are_averaged_down():
    images, _ = faces(5, 64, 1)
    assert torch.equal(read(images)[1], read(avg_pool2d(images, 2))[1])


def test_sureness_is_the_probability_of_the_word_that_was_chosen():
    images, _ = faces(20, 32, 2)
    found, sureness = read(images)
    logits = judge.judge()(images)
    for k, o in enumerate(logits):
        probability = o.exp() / o.exp().sum(dim=1, keepdim=True)
        torch.testing.assert_close(sureness[:, k], probability[torch.arange(20), found[:, k]])


def test_it_is_less_sure_of_noise_and_of_two_faces_at_once():
    images, _ = faces(300, 32, 3)
    real = read(images)[1].mean()
    noise = read(torch.rand(300, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1)[1].mean()
    both = read((images + images.flip(0)) / 2)[1].mean()
    assert noise < real - 0.05 and both < real - 0.05


def test_features_tell_faces_from_what_is_not_one():
    images = faces(1000, 32, 4)[0]
    real, other = features(images[:500]), features(images[500:])
    assert real.shape == (500, 64) and not real.requires_grad and real.min() >= 0
    noise = features(torch.randn(500, 3, 32, 32, generator=torch.Generator().manual_seed(0)).clamp(-1, 1))
    blurred = features(avg_pool2d(images[500:], 5, 1, 2))
    floor = frechet_distance(real, other)
    assert 5 * floor < frechet_distance(real, blurred) and 20 * floor < frechet_distance(real, noise)


def test_the_distance_of_faces_from_faces_falls_with_their_number():
    """The bias of the Frechet distance in these 64 features: the true distance is 0."""
    real = features(faces(4000, 32, 5)[0])
    seen = [frechet_distance(real[:n], real[n : 2 * n]) for n in (125, 500, 2000)]
    assert seen[0] > 2.5 * seen[1] > 6 * seen[2] > 0, seen


def test_none_and_many_are_read_alike():
    assert read(torch.zeros(0, 3, 32, 32))[0].shape == (0, 8) and features(torch.zeros(0, 3, 32, 32)).shape == (0, 64)
    images = avatars(300, torch.Generator().manual_seed(6))[0]
    torch.testing.assert_close(features(images)[299:], features(images[299:]), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 1, 32, 32), (1, 3, 32, 64), (1, 3, 16, 16), (1, 3, 48, 48)])
def test_other_images_are_refused(shape):
    with pytest.raises(ValueError, match=r"^images must be \(n, 3, 32, 32\), or 64, 96, ... pixels wide, got \("):
        read(torch.zeros(shape))


def test_a_checkpoint_is_written_the_same_each_time(tmp_path):
    save(load(CHECKPOINT), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CHECKPOINT.read_bytes()


def save_as(path, said):
    """Write the judge with other words about itself."""
    save_file(load_file(CHECKPOINT), path, {"judge": json.dumps(said)})


def test_a_checkpoint_that_is_missing_damaged_or_of_another_version_is_refused(tmp_path):
    path = tmp_path / "judge.safetensors"
    again = "python -m gm_ref.kit.judge.train makes it again."
    for write, sentence in (
        (lambda: None, "is missing: install the course again, or"),
        (lambda: path.write_bytes(CHECKPOINT.read_bytes()[:-100]), "cannot be read as a checkpoint"),
        (lambda: save_file(load_file(CHECKPOINT), path), "is a judge of version none, expected version 1"),
        (lambda: save_as(path, about() | {"version": "0"}), "is a judge of version 0, expected version 1"),
        (lambda: save_as(path, about() | {"words": {}}), "and the words of faces.ATTRIBUTES"),
    ):
        write()
        with pytest.raises(CheckpointError) as caught:
            load(path)
        assert sentence in str(caught.value) and str(caught.value).endswith(again) and "\n" not in str(caught.value)


def test_the_readme_says_what_the_checkpoint_is():
    content = CHECKPOINT.read_bytes()
    assert sha256(content).hexdigest() in README and f"{len(content):,} bytes" in README
    assert "python -m gm_ref.kit.judge.train" in README and len(content) < 400_000
    for size in (32, 64):
        (row,) = re.findall(rf"^\| drawn at {size} pixels \|(.*)\|$", README, re.MULTILINE)
        stated = [float(cell) for cell in re.findall(r"([\d.]+) %", row)]
        assert len(stated) == 8 and min(stated) >= 99.5


def test_it_travels_with_the_package_and_with_a_release():
    name = "gm_ref/kit/judge/judge.safetensors"
    files = contents(LESSONS[:1], ROOT)
    assert files[name] == CHECKPOINT.read_bytes() and CHECKPOINT == ROOT / name
    for text in (files["pyproject.toml"].decode(), (ROOT / "pyproject.toml").read_text("utf-8")):
        assert '"gm_ref.kit.judge" = ["*.safetensors"]' in text
