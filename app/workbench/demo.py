"""Makes the demo dataset: invented people in the complete native layout, with mistakes planted for checks to find.

Nothing in it comes from a photograph, so it may be kept, shown and passed on by anybody. The same count and seed give
the same bytes on the same versions of the libraries that encode them.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.captions import Captions
from app.faces.errors import FaceDataError
from app.faces.mask import Binary
from app.faces.sample import Pose, SampleId
from app.generation.portrait.casting import cast_people
from app.generation.portrait.facts import attributes_of
from app.generation.portrait.people import Person
from app.generation.portrait.portrait import Portrait, draw_portrait
from app.generation.writing import write_captions
from app.imaging.cv import cv2
from app.jobs import Progress, Silent

JPEG_QUALITY = 94
_MARKER = "Facewright demo dataset"
_README = "README.txt"
_PER_FOLDER = 2000
_TEST_EVERY = 6


@dataclass(frozen=True, slots=True)
class PlantedMistake:
    """One thing that is wrong on purpose. ``kind`` is stable; ``modality`` names where it shows."""

    sample: SampleId
    kind: str
    modality: str
    description: str


PLANTED: tuple[PlantedMistake, ...] = (
    PlantedMistake(SampleId("1"), "repeated-caption", "captions", "caption 10 repeats caption 1"),
    PlantedMistake(SampleId("3"), "swapped-eyes", "mask", "the layers of the left and the right eye are exchanged"),
    PlantedMistake(SampleId("5"), "hair-specks", "mask", "the hair layer has forty stray specks in the background"),
    PlantedMistake(SampleId("7"), "skin-hole", "mask", "the skin layer has a hole in the cheek"),
    PlantedMistake(SampleId("8"), "denied-hat", "attributes", "Wearing_Hat is -1 although the mask has a hat"),
    PlantedMistake(SampleId("10"), "missing-earring", "mask", "there are earrings but no earring layer"),
    PlantedMistake(SampleId("12"), "false-eyeglasses", "captions", "caption 4 says eyeglasses; there are none"),
    PlantedMistake(SampleId("15"), "nine-captions", "captions", "the caption file has nine lines instead of ten"),
    PlantedMistake(SampleId("19"), "foreign-sketch", "sketch", "the sketch is the one of sample 18"),
)


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What ``make_demo`` did: ``made`` is False where the demo was already there and was left alone."""

    folder: Path
    samples: int
    made: bool
    mistakes: tuple[PlantedMistake, ...]
    bytes_written: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class DemoSample:
    """One sample of the demo as it will be written, mistakes included."""

    sample: SampleId
    photo: npt.NDArray[np.uint8]
    layers: Mapping[str, Binary]
    sketch: npt.NDArray[np.uint8]
    captions: tuple[str, ...]
    attributes: Attributes
    pose: Pose


def make_demo(folder: Path, *, count: int = 24, seed: int = 0, progress: Progress | None = None) -> DemoReport:
    """``folder`` is a complete demo dataset of ``count`` samples.

    A demo that is there already is returned untouched. Everything is made in a hidden folder beside ``folder`` and
    renamed when whole; cancelling leaves nothing. Raises FaceDataError when ``folder`` holds something else.
    """
    progress = progress or Silent()
    if is_demo(folder):
        samples = len(list((folder / "CelebA-HQ-img").glob("*.jpg")))
        return DemoReport(folder, samples, made=False, mistakes=planted_among(samples))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FaceDataError(f"{folder} is not empty and no demo dataset; name a new folder for the demo")
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-making-", dir=folder.parent))
    try:
        written = _write_dataset(making, count, seed, progress)
        making.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return DemoReport(folder, count, made=True, mistakes=planted_among(count), bytes_written=written)


def is_demo(folder: Path) -> bool:
    """Whether a folder is a demo dataset made by us."""
    readme = folder / _README
    return readme.is_file() and readme.read_bytes().startswith(_MARKER.encode())


def planted_among(count: int) -> tuple[PlantedMistake, ...]:
    """The mistakes that a demo of ``count`` samples has."""
    return tuple(mistake for mistake in PLANTED if int(mistake.sample) < count)


def demo_people(count: int, seed: int) -> Sequence[Person]:
    """The people of the demo in the order of their ids."""
    return cast_people(count, seed)


def draw_sample(people: Sequence[Person], number: int, seed: int) -> DemoSample:
    """Draw, describe and spoil (where planned) one sample."""
    person = people[number]
    portrait = draw_portrait(person)
    attributes = attributes_of(person)
    sample = SampleId(str(number))
    drawn = DemoSample(
        sample,
        portrait.photo,
        portrait.layers,
        portrait.sketch,
        write_captions(attributes, sample, seed=seed),
        attributes,
        person.pose,
    )
    planted = next((mistake for mistake in planted_among(len(people)) if mistake.sample == sample), None)
    if planted is None:
        return drawn
    return _spoiled(drawn, planted, portrait, people)


def _spoiled(drawn: DemoSample, mistake: PlantedMistake, portrait: Portrait, people: Sequence[Person]) -> DemoSample:
    layers, captions = dict(portrait.layers), drawn.captions
    sketch, attributes = drawn.sketch, drawn.attributes
    match mistake.kind:
        case "repeated-caption":
            captions = (*captions[:9], captions[0])
        case "swapped-eyes":
            layers["l_eye"], layers["r_eye"] = layers["r_eye"], layers["l_eye"]
        case "hair-specks":
            layers["hair"] = _with_specks(layers)
        case "skin-hole":
            layers["skin"] = _with_hole(layers)
        case "denied-hat":
            attributes = attributes.replacing("Wearing_Hat", False)
        case "missing-earring":
            layers.pop("ear_r", None)
        case "false-eyeglasses":
            captions = (*captions[:3], "She has pale skin and wears eyeglasses.", *captions[4:])
        case "nine-captions":
            captions = captions[:9]
        case "foreign-sketch":
            sketch = draw_portrait(people[int(mistake.sample) - 1]).sketch
    return DemoSample(drawn.sample, drawn.photo, layers, sketch, captions, attributes, drawn.pose)


def _with_specks(layers: Mapping[str, Binary]) -> Binary:
    """The hair layer with forty small specks where nothing is."""
    rng = np.random.default_rng(40)
    spoiled = layers["hair"].copy()
    size = spoiled.shape[0]
    covered = np.logical_or.reduce(list(layers.values())).astype(np.uint8)
    free = cv2.dilate(covered, np.ones((31, 31), np.uint8)) == 0
    rows, columns = np.nonzero(free[8 : size - 8, 8 : size - 8])
    for at in rng.choice(len(rows), 40, replace=False):
        y, x = int(rows[at]) + 8, int(columns[at]) + 8
        spoiled[y : y + int(rng.integers(1, 4)), x : x + int(rng.integers(1, 4))] = True
    return spoiled


def _with_hole(layers: Mapping[str, Binary]) -> Binary:
    """The skin layer with a round hole below the person's left eye."""
    spoiled = layers["skin"].copy()
    eye_y, eye_x = np.argwhere(layers["l_eye"]).mean(axis=0)
    ys, xs = np.ogrid[: spoiled.shape[0], : spoiled.shape[1]]
    spoiled[(ys - eye_y - 52) ** 2 + (xs - eye_x) ** 2 < 11**2] = False
    return spoiled


def _write_dataset(root: Path, count: int, seed: int, progress: Progress) -> int:
    people = demo_people(count, seed)
    written = 0
    rows: list[DemoSample] = []
    for number in range(count):
        progress.report(number, count, f"drawing face {number + 1} of {count}")
        drawn = draw_sample(people, number, seed)
        written += _write(root, sample_files(drawn))
        rows.append(drawn)
    written += _write(root, table_files(rows, seed))
    progress.report(count, count, "done")
    return written


def _write(root: Path, files: Mapping[str, bytes]) -> int:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return sum(len(data) for data in files.values())


def sample_files(drawn: DemoSample) -> dict[str, bytes]:
    """The files of one sample: path below the root → bytes."""
    number = int(drawn.sample)
    masks = f"CelebAMask-HQ-mask-anno/{number // _PER_FOLDER}/{number:05d}"
    files = {
        f"CelebA-HQ-img/{number}.jpg": _jpeg(drawn.photo),
        f"sketch/{number}.png": _png(drawn.sketch),
        f"text/celeba-caption/{number}.txt": Captions.from_texts(drawn.captions).to_bytes(),
    }
    for name, layer in drawn.layers.items():
        if layer.any():
            grey = layer.astype(np.uint8) * np.uint8(255)
            files[f"{masks}_{name}.png"] = _png(np.repeat(grey[..., None], 3, axis=2))
    return files


def table_files(samples: Sequence[DemoSample], seed: int) -> dict[str, bytes]:
    """The files about the dataset as a whole, spaced as in the release."""
    count = len(samples)
    attributes = [f"{count}", " ".join(ATTRIBUTE_NAMES)]
    poses = [f"{count}", "Yaw Pitch Raw"]
    mapping = [f"{'idx':<11}{'orig_idx':<11}orig_file"]
    origin = np.random.default_rng(seed).permutation(count)
    for sample in samples:
        values = " ".join("1" if value else "-1" for value in sample.attributes.values_)
        attributes.append(f"{sample.sample}.jpg  {values}")
        poses.append(f"{sample.sample}.jpg {sample.pose.yaw:.7g} {sample.pose.pitch:.7g} {sample.pose.roll:.7g}")
        original = int(origin[int(sample.sample)])
        mapping.append(f"{sample.sample:<11}{original:<11}{original + 1:06d}.jpg")
    ids = [str(sample.sample) for sample in samples]
    test = ids[1::_TEST_EVERY]
    texts = {
        "CelebAMask-HQ-attribute-anno.txt": attributes,
        "CelebAMask-HQ-pose-anno.txt": poses,
        "CelebA-HQ-to-CelebA-mapping.txt": mapping,
        _README: _readme(count, seed),
    }
    files = {name: ("\n".join(lines) + "\n").encode() for name, lines in texts.items()}
    files["train/filenames.pickle"] = pickle.dumps([name for name in ids if name not in test], protocol=2)
    files["test/filenames.pickle"] = pickle.dumps(test, protocol=2)
    return files


def _readme(count: int, seed: int) -> list[str]:
    lines = [
        f"{_MARKER}: {count} faces, seed {seed}",
        "",
        "These people do not exist. A program drew them from numbers (facewright demo); no photograph, no painting and",
        "no model's output is in them. Photos, masks, sketches, captions and tables are dedicated to the public domain",
        "(CC0 1.0): use them for anything.",
        "",
        "Layout: that of CelebAMask-HQ (photos, one RGB 0/255 picture per class, three tables) with the sketches,",
        "captions and split files of Multi-Modal-CelebA-HQ beside it. l_ and r_ are the person's own left and right.",
        "The mapping table maps to nothing: there is no original dataset.",
        "",
        "Some samples are wrong on purpose, so that checks have something to find:",
    ]
    lines += [f"  {m.sample:>3}  {m.kind:<17} {m.description}" for m in planted_among(count)]
    return [*lines, "Everything else is meant to be right."]


def _jpeg(rgb: npt.NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    assert done
    return bytes(data)


def _png(pixels: npt.NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", np.ascontiguousarray(pixels), [cv2.IMWRITE_PNG_COMPRESSION, 6])
    assert done
    return bytes(data)
