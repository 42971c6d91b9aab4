"""Twenty-odd searches, and what the files themselves say to each: read with Pillow and plain Python, without the app.

``Faces`` reads everything a search may ask about, sample by sample; every question has a predicate over one ``Face``
(and what to sort by, where the search sorts). Files that are links to one and the same are decoded once.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

CLASSES = (
    "skin", "nose", "eye_g", "l_eye", "r_eye", "l_brow", "r_brow", "l_ear", "r_ear", "mouth", "u_lip", "l_lip", "hair",
    "hat", "ear_r", "neck_l", "neck", "cloth",
)  # fmt: skip
"""In the order in which CelebAMask-HQ's own script paints them one over the other."""


@dataclass
class Face:
    """What the files say about one sample. ``seen`` is what is on top once all layers are painted."""

    number: int
    captions: list[str] | None = None
    attributes: dict[str, bool] = field(default_factory=dict)
    angles: dict[str, float] = field(default_factory=dict)
    split: str | None = None
    celeba: int | None = None
    has_sketch: bool = False
    area: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    pixels: int = 0

    @cached_property
    def lines(self) -> list[list[str]]:
        """The words of each caption."""
        return [re.findall(r"[a-z0-9]+", line.lower()) for line in self.captions or ()]

    def says(self, word: str) -> bool:
        """Whether a caption has the word; with * at its end, one that begins so."""
        return any(_has(words, word) for words in self.lines)

    def says_together(self, *words: str) -> bool:
        """Whether one caption has them all."""
        return any(all(_has(line, word) for word in words) for line in self.lines)

    def says_in_a_row(self, *words: str) -> bool:
        """Whether they stand one after the other somewhere."""
        return any(tuple(line[at : at + len(words)]) == words for line in self.lines for at in range(len(line)))

    def covers(self, name: str, *, seen: bool = False) -> float:
        """Per cent of the mask."""
        return 100 * (self.seen if seen else self.area).get(name, 0) / self.pixels if self.pixels else 0.0


def _has(words: list[str], word: str) -> bool:
    return any(each.startswith(word[:-1]) for each in words) if word.endswith("*") else word in words


class Question(NamedTuple):
    """A search, which samples it should find, and by what they should be sorted."""

    search: str
    holds: Callable[[Face], bool]
    key: Callable[[Face], float] | None = None


QUESTIONS = (
    Question("earrings", lambda f: f.says("earrings")),
    Question('"wavy hair"', lambda f: f.says_in_a_row("wavy", "hair")),
    Question("eyegl*", lambda f: f.says("eyegl*")),
    Question("caption:(blond young*)", lambda f: f.says_together("blond", "young*")),
    Question("lipstick smil* -beard", lambda f: f.captions is not None and f.says("lipstick") and f.says("smil*")
             and not f.says("beard")),
    Question("class:eye_g", lambda f: "eye_g" in f.area),
    Question("class:hat,ear_r", lambda f: "hat" in f.area or "ear_r" in f.area),
    Question("attr:Smiling -attr:Young", lambda f: f.attributes["Smiling"] and not f.attributes["Young"]),
    Question("attr:Male=no split:train", lambda f: not f.attributes["Male"] and f.split == "train"),
    Question("area(hair)>30%", lambda f: f.covers("hair") > 30),
    Question("area(ear_r)<400px class:ear_r", lambda f: 0 < f.area.get("ear_r", 0) < 400),
    Question("seen(skin)>=25%", lambda f: f.covers("skin", seen=True) >= 25),
    Question("seen(neck)!=0px -class:cloth", lambda f: f.seen.get("neck", 0) != 0 and "cloth" not in f.area),
    Question("count(captions)!=10", lambda f: len(f.captions or ()) != 10),
    Question("count(classes)>13", lambda f: len(f.area) > 13),
    Question("split:test class:hat", lambda f: f.split == "test" and "hat" in f.area),
    Question("missing:sketch", lambda f: not f.has_sketch),
    Question("id:17,100-200 has:captions", lambda f: (f.number == 17 or 100 <= f.number <= 200)
             and f.captions is not None),
    Question("yaw>20 or pitch<-15", lambda f: f.angles["yaw"] > 20 or f.angles["pitch"] < -15),
    Question('(hat or class:hat) -attr:"wearing hat"', lambda f: (f.says("hat") or "hat" in f.area)
             and not f.attributes["Wearing_Hat"]),
    Question("celeba:100-9000", lambda f: f.celeba is not None and 100 <= f.celeba <= 9000),
    Question("class:eye_g sort:area(eye_g) desc", lambda f: "eye_g" in f.area, lambda f: -f.area["eye_g"]),
    Question("attr:Bald sort:yaw", lambda f: f.attributes["Bald"], lambda f: f.angles["yaw"]),
)  # fmt: skip


class Faces:
    """All samples of a dataset in the released layout."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._decoded: dict[tuple[int, int], np.ndarray] = {}
        photos = sorted(int(file.stem) for file in (root / "CelebA-HQ-img").iterdir())
        self._faces = {number: Face(number) for number in photos}

    def __iter__(self) -> Iterator[Face]:
        return iter(self._faces.values())

    def read(self) -> Faces:
        """Read every file."""
        self._read_tables()
        for face in self:
            captions = self._root / "text" / "celeba-caption" / f"{face.number}.txt"
            if captions.exists():
                face.captions = [line for line in captions.read_text("utf-8").splitlines() if line.strip()]
            face.has_sketch = any(
                (self._root / "sketch" / f"{face.number}{kind}").exists() for kind in (".png", ".jpg")
            )
            self._read_mask(face)
        return self

    def answer(self, question: Question) -> list[str]:
        """The ids of the samples, in order."""
        found = [face for face in self if question.holds(face)]
        if question.key is not None:
            found.sort(key=question.key)
        return [str(face.number) for face in found]

    def _read_tables(self) -> None:
        _, header, *rows = self._lines("CelebAMask-HQ-attribute-anno.txt")
        for row in rows:
            name, *values = row.split()
            self._faces[_number(name)].attributes = {
                attribute: value == "1" for attribute, value in zip(header.split(), values, strict=True)
            }
        for row in self._lines("CelebAMask-HQ-pose-anno.txt")[2:]:
            name, *angles = row.split()
            self._faces[_number(name)].angles = dict(zip(("yaw", "pitch", "roll"), map(float, angles), strict=True))
        for row in self._lines("CelebA-HQ-to-CelebA-mapping.txt")[1:]:
            number, _, original = row.split()
            if int(number) in self._faces:
                self._faces[int(number)].celeba = _number(original)
        for split in ("train", "test"):
            for name in pickle.loads((self._root / split / "filenames.pickle").read_bytes()):
                self._faces[int(name)].split = split

    def _read_mask(self, face: Face) -> None:
        top: np.ndarray | None = None
        folder = self._root / "CelebAMask-HQ-mask-anno" / str(face.number // 2000)
        for place, name in enumerate(CLASSES, 1):
            file = folder / f"{face.number:05d}_{name}.png"
            if not file.exists():
                continue
            layer = self._layer(file)
            face.area[name] = int(np.count_nonzero(layer))
            top = np.zeros(layer.shape, np.uint8) if top is None else top
            top[layer] = place
        if top is not None:
            face.pixels = top.size
            counts = np.bincount(top.ravel(), minlength=len(CLASSES) + 1)
            face.seen = {name: int(counts[place]) for place, name in enumerate(CLASSES, 1)}

    def _layer(self, file: Path) -> np.ndarray:
        status = file.stat()
        key = (status.st_dev, status.st_ino)
        if key not in self._decoded:
            with Image.open(file) as image:
                self._decoded[key] = np.asarray(image.convert("L")) > 127
        return self._decoded[key]

    def _lines(self, name: str) -> list[str]:
        return [line for line in (self._root / name).read_text("utf-8").splitlines() if line.strip()]


def _number(name: str) -> int:
    return int(Path(name).stem)
