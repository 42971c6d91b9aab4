"""Which value each class gets in an exported index map: the id tables of the schemes, reductions in use, one's own.

Reductions are what published code makes of the official index map: pixels are flattened first, in the official classes,
and their ids are replaced afterwards. So what a class hides stays hidden where that class has no value of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.faces.classes import CLASS_BY_NAME, CLASSES, LAYER_CLASSES, ClassScheme, FaceClass
from app.faces.errors import ExportError
from app.faces.mask import IndexMap
from app.formats.files import shown
from app.formats.png_writing import Colours

TABLE_LIMIT = 1 << 20
"""Bytes of a table that a user brings."""


@dataclass(frozen=True, slots=True)
class TableClass:
    """One class of an index map: its value 0…255, its name and the official classes that are written as it."""

    id: int
    name: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassTable:
    """The classes of an exported index map. Official classes that none is made of are written as the background.

    ``source`` says where a reduction comes from.
    """

    name: str
    title: str
    classes: tuple[TableClass, ...]
    source: str = ""

    @classmethod
    def of_scheme(cls, scheme: ClassScheme) -> ClassTable:
        """Every class of a scheme under its value there."""
        classes = tuple(TableClass(value, name, (name,)) for value, name in enumerate(scheme.order))
        return cls(scheme.name, scheme.title, classes)

    @property
    def background(self) -> int:
        """The value of pixels that no class covers, and of the classes that are left out."""
        return next((each.id for each in self.classes if "background" in each.of), 0)

    @property
    def values(self) -> IndexMap:
        """(19,) uint8: official class id → value."""
        values = np.full(len(CLASSES), self.background, np.uint8)
        for each in self.classes:
            for name in each.of:
                values[CLASS_BY_NAME[name].id] = each.id
        return values

    @property
    def left_out(self) -> tuple[FaceClass, ...]:
        """The classes that are written as background."""
        values = self.values
        return tuple(c for c in LAYER_CLASSES if values[c.id] == self.background)

    @property
    def id2label(self) -> dict[str, str]:
        """Value → name, as ``id2label.json`` of the hubs has it (keys are text in JSON)."""
        return {str(each.id): each.name for each in sorted(self.classes, key=lambda each: each.id)}

    def colours(self, *, safe: bool = False) -> Colours:
        """(N, 3) uint8 up to the largest value: the official colour of the first class each value is made of.

        ``safe`` takes the colours that the colour-blind can tell apart. Values between that mean nothing are black.
        """
        colours = np.zeros((1 + max(each.id for each in self.classes), 3), np.uint8)
        for each in self.classes:
            first = CLASS_BY_NAME[each.of[0]]
            colours[each.id] = first.safe_colour if safe else first.colour
        return colours


def _reduction(name: str, title: str, source: str, *classes: tuple[str, str]) -> ClassTable:
    rows = tuple(TableClass(value, label, tuple(of.split())) for value, (label, of) in enumerate(classes))
    return ClassTable(name, title, rows, source)


REDUCTIONS: tuple[ClassTable, ...] = (
    _reduction(
        "e4s-12",
        "e4s, 12 classes",
        "e4s2022/e4s src/datasets/dataset.py",
        ("background", "background hat neck_l cloth"),
        ("lip", "u_lip l_lip"),
        ("eyebrows", "l_brow r_brow"),
        ("eyes", "l_eye r_eye"),
        ("hair", "hair"),
        ("nose", "nose"),
        ("skin", "skin"),
        ("ears", "l_ear r_ear"),
        ("belowface", "neck"),
        ("mouth", "mouth"),
        ("eye_glass", "eye_g"),
        ("ear_rings", "ear_r"),
    ),
    _reduction(
        "e4s-9",
        "e4s, 9 classes",
        "e4s2022/e4s src/datasets/dataset.py",
        ("background", "background hat neck_l cloth eye_g ear_r"),
        ("mouth", "mouth u_lip l_lip"),
        ("eyebrows", "l_brow r_brow"),
        ("eyes", "l_eye r_eye"),
        ("hair", "hair"),
        ("nose", "nose"),
        ("skin", "skin"),
        ("ears", "l_ear r_ear"),
        ("belowface", "neck"),
    ),
    _reduction(
        "semanticgan-8",
        "SemanticGAN and DatasetGAN, 8 classes",
        "nv-tlabs/semanticGAN_code #3 and nv-tlabs/datasetGAN_release #9, a user's table that nobody contradicted",
        ("background", "background eye_g hat ear_r neck_l neck cloth"),
        ("skin", "skin"),
        ("nose", "nose"),
        ("eye", "l_eye r_eye"),
        ("brow", "l_brow r_brow"),
        ("ear", "l_ear r_ear"),
        ("mouth", "mouth u_lip l_lip"),
        ("hair", "hair"),
    ),
    _reduction(
        "ppst-3",
        "PPST, 3 classes",
        "wangxb29/PPST, as its documentation at deepwiki.com describes it",
        ("background", "background"),
        ("face", "skin nose eye_g l_eye r_eye l_brow r_brow l_ear r_ear mouth u_lip l_lip ear_r neck_l neck cloth"),
        ("hair", "hair hat"),
    ),
    _reduction(
        "lapa-11",
        "Like LaPa, 11 classes",
        "the id table of LaPa (FacePerceiver/facer, Kartik-3004/SegFace); sides are the subject's own",
        ("background", "background eye_g l_ear r_ear hat ear_r neck_l neck cloth"),
        ("skin", "skin"),
        ("left_eyebrow", "l_brow"),
        ("right_eyebrow", "r_brow"),
        ("left_eye", "l_eye"),
        ("right_eye", "r_eye"),
        ("nose", "nose"),
        ("upper_lip", "u_lip"),
        ("inner_mouth", "mouth"),
        ("lower_lip", "l_lip"),
        ("hair", "hair"),
    ),
)
"""Tables that published code reduces the official index map with; their classes count from 0."""


def reduction(name: str) -> ClassTable:
    """The reduction of that name. Raises ExportError naming those there are."""
    known = {each.name: each for each in REDUCTIONS}
    if name not in known:
        raise ExportError(f"there is no reduction {shown(name)}; there are {', '.join(known)}, or bring a table")
    return known[name]


def read_table(path: Path) -> ClassTable:
    """A user's own table from JSON: ``{"classes": [{"id": 0, "name": "background", "of": ["background", "hat"]}, …]}``.

    Raises ExportError saying what of it cannot be used.
    """
    try:
        with path.open("rb") as file:
            data = file.read(TABLE_LIMIT + 1)
        document = json.loads(data) if len(data) <= TABLE_LIMIT else None
    except OSError as error:
        raise ExportError(f"the class table {shown(str(path))} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ExportError(
            f"the class table {shown(path.name)} is no JSON ({error}); see the example in the help"
        ) from None
    rows = document.get("classes") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not rows:
        raise ExportError(f'the class table {shown(path.name)} has no list "classes"; see the example in the help')
    table = ClassTable(shown(path.stem), shown(path.name), tuple(_table_class(row, path.name) for row in rows))
    _check_once([str(each.id) for each in table.classes], "the id", path.name)
    _check_once([name for each in table.classes for name in each.of], "the class", path.name)
    if not any("background" in each.of for each in table.classes):
        raise ExportError(f"the class table {shown(path.name)} gives background no id; add it to one of its classes")
    return table


def _table_class(row: Any, table: str) -> TableClass:
    value, name, of = (row.get(key) for key in ("id", "name", "of")) if isinstance(row, dict) else (None, None, None)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 255:
        raise ExportError(
            f"the class table {shown(table)}: an id is {shown(str(value))}; ids are numbers from 0 to 255"
        )
    if not isinstance(name, str) or not isinstance(of, list) or not of:
        raise ExportError(
            f'the class table {shown(table)}: the class {value} needs a "name" and a list "of" of classes'
        )
    unknown = [str(each) for each in of if not isinstance(each, str) or each not in CLASS_BY_NAME]
    if unknown:
        raise ExportError(
            f"the class table {shown(table)}: {shown(', '.join(unknown))} is no class; there are"
            f" {', '.join(CLASS_BY_NAME)}"
        )
    return TableClass(value, name, tuple(of))


def _check_once(names: Sequence[str], what: str, table: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ExportError(f"the class table {shown(table)} has {what} {shown(twice)} twice; it can be written once")
