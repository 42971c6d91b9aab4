"""Samples as plain Python values, a catalog over them, and the slowest possible reading of a search."""

from __future__ import annotations

import operator
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.catalog.captions import keys_with
from app.catalog.columns import MODALITY_BIT, Columns
from app.catalog.query.syntax import (
    And,
    Caption,
    Comparison,
    Flag,
    HasAttribute,
    HasClass,
    IdRange,
    Ids,
    Measure,
    Name,
    Named,
    Node,
    Not,
    Note,
    Or,
    Saved,
    Words,
)
from app.faces.classes import CLASS_BY_NAME
from app.faces.review import Review, ReviewState
from app.faces.sample import Modality, SampleId

ATTRIBUTES = ("Smiling", "Young", "Wearing_Hat", "5_o_Clock_Shadow")
SPLITS = ("train", "test")


@dataclass
class Plain:
    """One sample. None stands for "not read yet", an empty value for "has none"."""

    id: str
    captions: list[str] | None = field(default_factory=list)
    attributes: dict[str, bool | None] | None = field(default_factory=dict)
    areas: dict[str, int] | None = field(default_factory=dict)
    """Pixels by class of a mask of ``pixels``; without pixels there is no mask."""
    pixels: int = 100
    named: frozenset[str] | None = None
    """The classes that file names tell."""
    split: str | None = None
    yaw: float | None = None
    review: Review = field(default_factory=Review)
    edited: bool = False
    unsaved: bool = False
    findings: frozenset[str] = frozenset()
    celeba: str | None = None
    sketch: bool = False


class PlainCatalog:
    """What a search asks of a catalog, over plain samples."""

    def __init__(self, samples: Sequence[Plain]) -> None:
        self.samples = list(samples)
        self.columns = _columns(samples)
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            "CREATE VIRTUAL TABLE caption_words USING fts5(text, tokenize='unicode61 remove_diacritics 2')"
        )
        for row, sample in enumerate(samples):
            for line, text in enumerate(sample.captions or ()):
                self._db.execute("INSERT INTO caption_words(rowid, text) VALUES(?, ?)", (row << 20 | line, text))
        self.looked_up: list[str] = []

    def rows_with(self, match: str, limit: int | None = None) -> np.ndarray:
        self.looked_up.append(match)
        return keys_with(self._db, match, limit)

    def captions_of(self, sample: SampleId) -> list[str]:
        return self.samples[self.columns.row_of[sample]].captions or []

    def lines_with(self, match: str, sample: SampleId) -> list[int]:
        row = self.columns.row_of[sample]
        found = self._db.execute(
            "SELECT rowid & 1048575 FROM caption_words WHERE caption_words MATCH ? AND rowid >> 20 = ? ORDER BY rowid",
            (match, row),
        )
        return [line for (line,) in found]


def _columns(samples: Sequence[Plain]) -> Columns:
    columns = Columns(
        [sample.id for sample in samples], np.arange(len(samples)), attribute_names=ATTRIBUTES, split_names=SPLITS
    )
    areas, seen, size = columns.areas, columns.seen, columns.size
    for row, sample in enumerate(samples):
        for modality, there in {
            Modality.PHOTO: True,
            Modality.MASK: sample.pixels > 0,
            Modality.SKETCH: sample.sketch,
            Modality.CAPTIONS: sample.captions != [],
            Modality.ATTRIBUTES: bool(sample.attributes),
            Modality.POSE: sample.yaw is not None and sample.attributes is not None,
        }.items():
            columns.have[row] |= MODALITY_BIT[modality] * there
        columns.caption_count[row] = -1 if sample.captions is None else len(sample.captions)
        columns.tabled[row] = sample.attributes is not None
        for at, name in enumerate(ATTRIBUTES):
            value = (sample.attributes or {}).get(name)
            columns.known[row] |= np.uint64((value is not None) << at)
            columns.yes[row] |= np.uint64((value is True) << at)
        is_tabled = sample.attributes is not None and sample.yaw is not None
        columns.yaw[row] = columns.pitch[row] = columns.roll[row] = sample.yaw if is_tabled else np.nan
        columns.split[row] = SPLITS.index(sample.split) if sample.split else -1
        if sample.pixels and sample.areas is not None:
            columns.indexed[row] = True
            size[row] = 1, sample.pixels
            for name, area in sample.areas.items():
                areas[row, CLASS_BY_NAME[name].id - 1] = area
                seen[row, CLASS_BY_NAME[name].id] = area
            seen[row, 0] = sample.pixels - sum(sample.areas.values())
        told = classes_of(sample)
        columns.classes_known[row] = told is not None
        columns.classes[row] = sum(CLASS_BY_NAME[name].bit for name in told or ())
        columns.edited[row], columns.unsaved[row] = sample.edited, sample.unsaved
    columns.mirror_reviews({SampleId(sample.id): sample.review for sample in samples})
    columns.mirror_findings({SampleId(sample.id): sample.findings for sample in samples})
    numbers = {sample.celeba: row for row, sample in enumerate(samples) if sample.celeba and _is_tabled(sample)}
    columns._celeba = numbers
    return columns


def _is_tabled(sample: Plain) -> bool:
    return sample.attributes is not None


def classes_of(sample: Plain) -> frozenset[str] | None:
    if not sample.pixels:
        return frozenset()
    if sample.areas is not None:
        return frozenset(name for name, area in sample.areas.items() if area)
    return sample.named


Answer = bool | None

_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def holds(node: Node | None, sample: Plain) -> Answer:
    """Whether the search holds for one sample; None: not known yet."""
    match node:
        case None:
            return True
        case And(parts):
            return _all([holds(part, sample) for part in parts])
        case Or(parts):
            return _any([holds(part, sample) for part in parts])
        case Not(part):
            answer = holds(part, sample)
            return None if answer is None else not answer
        case Saved(_, query):
            return holds(query.root, sample)
        case Caption(words):
            if sample.captions is None:
                return None
            return any(all(_has_words(caption, each) for each in words) for caption in sample.captions)
        case Note(words):
            return _has_words(sample.review.note, words)
        case HasClass(ids):
            return _any([_has_class(sample, class_id) for class_id in ids])
        case HasAttribute(names, value):
            if sample.attributes is None:
                return None
            wanted = {"yes": True, "no": False, "unknown": None}[value]
            spelt = {_bare(name): name for name in ATTRIBUTES}
            return any(sample.attributes.get(spelt[_bare(name.text)]) is wanted for name in names)
        case Named(what, names):
            return _any([_named(what, name, sample) for name in names])
        case Flag(what, value):
            return (sample.edited if what == "edited" else sample.unsaved) is value
        case Ids(what, items):
            if what == "celeba" and sample.attributes is None:
                return None
            number = sample.id if what == "id" else sample.celeba
            return number is not None and any(_is_id(number, item) for item in items)
        case Comparison(measure, sign, value, unit):
            found = _measure(measure, unit, sample)
            return found if isinstance(found, bool | None) else _COMPARE[sign](found, value)
    raise AssertionError(node)


def _all(answers: Iterable[Answer]) -> Answer:
    listed = list(answers)
    return False if False in listed else None if None in listed else True


def _any(answers: Iterable[Answer]) -> Answer:
    listed = list(answers)
    return True if True in listed else None if None in listed else False


def _bare(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _has_words(text: str, words: Words) -> bool:
    wanted = re.sub("[^a-z0-9]+", " ", words.text.lower()).strip()
    there = re.sub("[^a-z0-9]+", " ", text.lower()).strip()
    return re.search(rf"(?<![a-z0-9]){wanted}" + ("" if words.prefix else "(?![a-z0-9])"), there) is not None


def _has_class(sample: Plain, class_id: int) -> Answer:
    if class_id == 0:
        if not sample.pixels:
            return False
        return None if sample.areas is None else sample.pixels > sum(sample.areas.values())
    told = classes_of(sample)
    return None if told is None else any(CLASS_BY_NAME[name].id == class_id for name in told)


def _named(what: str, name: Name, sample: Plain) -> Answer:
    def meant(label: str) -> bool:
        return label.lower().startswith(name.text.lower()) if name.prefix else label.lower() == name.text.lower()

    match what:
        case "split":
            return meant(sample.split) if sample.split else name.text == "none" and not name.prefix
        case "state":
            return sample.review.state is ReviewState(name.text)
        case "tag":
            return any(map(meant, sample.review.tags))
        case "finding":
            return any(map(meant, sample.findings))
        case "has":
            return _has(sample, name.text)
    answer = _has(sample, name.text)
    return None if answer is None else not answer


def _has(sample: Plain, thing: str) -> Answer:
    match thing:
        case "attributes" | "pose" if sample.attributes is None:
            return None
        case "photo":
            return True
        case "mask":
            return sample.pixels > 0
        case "sketch":
            return sample.sketch
        case "captions":
            return sample.captions != []
        case "attributes":
            return bool(sample.attributes)
        case "pose":
            return sample.yaw is not None
        case "split":
            return sample.split is not None
        case "note":
            return bool(sample.review.note)
        case "tags":
            return bool(sample.review.tags)
    return bool(sample.findings)


def _is_id(number: str, item: Name | IdRange) -> bool:
    if isinstance(item, IdRange):
        return number.isdecimal() and item.low <= int(number) <= item.high
    return number.startswith(item.text) if item.prefix else number == item.text


def _measure(measure: Measure, unit: str, sample: Plain) -> float | Answer:
    match measure.name, measure.argument:
        case (("area" | "seen"), name):
            if not sample.pixels:
                return False
            if sample.areas is None:
                return None
            full = {**sample.areas, "background": sample.pixels - sum(sample.areas.values())}
            return full.get(name, 0) * 100 / sample.pixels if unit == "%" else float(full.get(name, 0))
        case "count", "captions":
            return None if sample.captions is None else float(len(sample.captions))
        case "count", "classes":
            told = classes_of(sample)
            return None if told is None else float(len(told))
        case "count", "attributes":
            if sample.attributes is None:
                return None
            return float(sum(value is True for value in sample.attributes.values()))
        case "count", "tags":
            return float(len(sample.review.tags))
        case "count", "findings":
            return float(len(sample.findings))
    if sample.attributes is None:
        return None
    return False if sample.yaw is None else sample.yaw
