"""The numbers samples are compared and sorted by: areas, counts, angles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from app.catalog.columns import Columns, Marks
from app.catalog.query.syntax import Measure
from app.catalog.query.vocabulary import ANGLES, CLASS_MEASURES
from app.faces.classes import CLASS_BY_NAME
from app.faces.sample import Modality

Numbers = npt.NDArray[np.float64]


def measured(columns: Columns, measure: Measure, unit: str = "%") -> tuple[Numbers, Marks]:
    """The measure of every sample (NaN where it has none), and whether it is known yet.

    Areas are percent of the mask's pixels, or pixels where ``unit`` is ``px``.
    """
    name, argument = measure.name, measure.argument
    if name in CLASS_MEASURES:
        return _covered(columns, name, argument, unit), columns.known_for("contents")
    if name in ANGLES:
        angles: npt.NDArray[np.float32] = getattr(columns, name)
        return angles.astype(np.float64), columns.tabled
    match argument:
        case "captions":
            count = np.where(columns.has(Modality.CAPTIONS), columns.caption_count, 0)
            return count.astype(np.float64), captions_known(columns)
        case "classes":
            return _bit_counts(columns.classes), columns.classes_known
        case "attributes":
            return _bit_counts(columns.yes), columns.tabled
    if argument == "findings":
        return _sum(columns.findings.values(), len(columns)), columns.inspected
    return _sum(columns.tags.values(), len(columns)), np.ones(len(columns), np.bool_)


def captions_known(columns: Columns) -> Marks:
    """For which samples it is known what their captions say: they were read, or there are none."""
    return columns.known_for("captions") | ~columns.has(Modality.CAPTIONS)


def _covered(columns: Columns, name: str, class_name: str, unit: str) -> Numbers:
    class_id = CLASS_BY_NAME[class_name].id
    # The background is where no class is: its area is what is seen of it.
    is_flat = name == "seen" or class_id == 0
    pixels = (columns.seen[:, class_id] if is_flat else columns.areas[:, class_id - 1]).astype(np.float64)
    size = columns.size.astype(np.float64)
    whole = np.where(columns.has(Modality.MASK), size[:, 0] * size[:, 1], 0.0)
    there = whole > 0
    numbers = np.where(there, pixels, np.nan)
    if unit == "%":
        np.divide(pixels * 100, whole, out=numbers, where=there)
    return numbers


def _bit_counts(sets: npt.NDArray[np.unsignedinteger[Any]]) -> Numbers:
    octets = np.ascontiguousarray(sets).view(np.uint8).reshape(len(sets), sets.itemsize)
    counts: Numbers = np.unpackbits(octets, axis=1).sum(axis=1, dtype=np.float64)
    return counts


def _sum(marks: Iterable[Marks], count: int) -> Numbers:
    total = np.zeros(count)
    for each in marks:
        total += each
    return total
