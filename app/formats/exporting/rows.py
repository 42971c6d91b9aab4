"""Tables of what can be said of a sample in a row: captions, attributes, pose, split and the areas of its classes.

Spreadsheets run what begins like a formula, and captions come from anybody. So texts that begin with ``=``, ``+``,
``-``, ``@``, a tab or a carriage return get an apostrophe before them, which spreadsheets hide; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.faces.classes import CLASSES
from app.faces.errors import FaceDataError
from app.faces.sample import Modality
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally, mask_of
from app.formats.exporting.options import ExportOptions, option
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written, in_groups
from app.formats.exporting.sample_records import NO_COLUMN, attribute_names, pose_json, without_column
from app.formats.exporting.values import texts_of, value_of

HOLDS = frozenset({Modality.CAPTIONS, Modality.ATTRIBUTES, Modality.POSE, Modality.MASK})
LOSSES: Mapping[Modality, str] = MappingProxyType(
    {
        Modality.MASK: "the areas of the classes are written, in pixels; no mask comes back from them",
        Modality.CAPTIONS: "texts without their line endings; the table is for other programs and is not read back",
        Modality.ATTRIBUTES: "the table is for other programs and is not read back",
        Modality.POSE: "the table is for other programs and is not read back",
    }
)
ROWS = ("sample", "caption")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ESCAPE = "'"
_CAPTION = re.compile(r"caption_[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOptions(ExportOptions):
    """What both tables ask."""

    rows: str = option("sample", "one row for each sample, or one for each caption", choices=ROWS)
    areas: bool = option(True, "pixels of each class as a layer, and of no class, from the masks")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions(RowOptions):
    """See ``CsvFormat``."""

    escape_formulas: bool = option(
        True, "an apostrophe before texts that spreadsheets would run as formulas (= + - @ tab, carriage return)"
    )
    byte_order_mark: bool = option(False, "begin with a byte order mark, without which Excel reads UTF-8 wrongly")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonlOptions(RowOptions):
    """See ``JsonlFormat``."""


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """``samples.csv``: RFC 4180, UTF-8, the column names in the first line."""

    name: str = "csv"
    title: str = "CSV table"
    summary: str = "one table of captions, attributes, pose, splits and class areas, for spreadsheets and pandas"
    holds: frozenset[Modality] = HOLDS
    options: type[CsvOptions] = CsvOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """No pixels."""
        return LOSSES

    def writer(self, source: Source, items: Sequence[ExportItem], options: CsvOptions) -> RowWriter:
        """Begin an export."""
        return RowWriter(source, items, options, "samples.csv", lambda rows: _as_csv(rows, options))


@dataclass(frozen=True, slots=True)
class JsonlFormat:
    """``samples.jsonl``: one JSON object a line, attributes and areas as objects of their own."""

    name: str = "jsonl"
    title: str = "JSON lines"
    summary: str = "one JSON object a line with captions, attributes, pose, splits and class areas, for pandas and jq"
    holds: frozenset[Modality] = HOLDS
    options: type[JsonlOptions] = JsonlOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """No pixels."""
        return LOSSES

    def writer(self, source: Source, items: Sequence[ExportItem], options: JsonlOptions) -> RowWriter:
        """Begin an export."""
        return RowWriter(source, items, options, "samples.jsonl", _as_jsonl)


class RowWriter:
    """Rows of sixteen samples are one part, the file is written at the end."""

    def __init__(
        self, source: Source, items: Sequence[ExportItem], options: RowOptions, path: str, encode: Any
    ) -> None:
        """``encode`` makes the file's bytes of all rows."""
        self._source = source
        self._store = source.store
        self._items = items
        self._options = options
        self._path = path
        self._encode = encode
        wanted = options.include
        self._attributes = attribute_names(self._store, items) if Modality.ATTRIBUTES in wanted else ()
        self._areas = options.areas and Modality.MASK in wanted

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """Sixteen samples each."""
        return in_groups(self._items)

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:  # noqa: ARG002 - written at the end
        """See ``Writer``."""
        left_out: list[LeftOut] = []
        tally = Tally()
        rows = [row for item in items for row in self._rows(item, left_out, tally)]
        return Written(rows=tuple(rows), left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples)

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """The file."""
        folder.write(self._path, self._encode([row for each in written for row in each.rows]))
        return Written()

    def _rows(self, item: ExportItem, left_out: list[LeftOut], tally: Tally) -> list[dict[str, Any]]:
        """The rows of one sample."""
        store, sample = self._store, item.sample
        row: dict[str, Any] = {"id": item.name, "split": item.split or None}
        row["photo"] = next(iter(store.files(sample, Modality.PHOTO)), None)
        row["celeba_file"] = store.celeba_file(sample)
        has_captions = Modality.CAPTIONS in self._options.include
        texts = (texts_of(store, sample, left_out) if has_captions else None) or ()
        if Modality.POSE in self._options.include:
            pose = value_of(store, sample, Modality.POSE, store.read_pose, left_out)
            row["pose"] = None if pose is None else pose_json(pose)
        if self._attributes:
            attributes = value_of(store, sample, Modality.ATTRIBUTES, store.read_attributes, left_out)
            tally.add({NO_COLUMN: without_column(attributes, self._attributes)})
            values: Mapping[str, bool | None] = attributes or {}
            row["attributes"] = {name: values.get(name) for name in self._attributes}
        if self._areas:
            row["areas"] = self._area_row(item, left_out)
        if self._options.rows == "sample":
            return [row | {"captions": list(texts)}] if has_captions else [row]
        return [row | {"caption_number": at, "caption": text} for at, text in enumerate(texts, start=1)]

    def _area_row(self, item: ExportItem, left_out: list[LeftOut]) -> dict[str, int] | None:
        if not self._store.has(item.sample, Modality.MASK):
            return None
        try:
            mask, told = mask_of(self._source, item.sample)
        except (FaceDataError, FileNotFoundError) as error:
            left_out.append(LeftOut(item.sample, Modality.MASK, str(error)))
            return None
        left_out += told
        return mask.layers().areas()


def _as_jsonl(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def _as_csv(rows: Sequence[Mapping[str, Any]], options: CsvOptions) -> bytes:
    flat = [_flat(row) for row in rows]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    # Of samples with few captions the last columns are missing: those of the others come in their order.
    texts = sorted((name for name in columns if _CAPTION.fullmatch(name)), key=lambda name: (len(name), name))
    columns = [name for name in columns if name not in texts] + texts
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_cell(name, options) for name in columns])
    for row in flat:
        writer.writerow([_cell(row.get(name), options) for name in columns])
    return (b"\xef\xbb\xbf" if options.byte_order_mark else b"") + out.getvalue().encode()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Objects and lists in columns of their own."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        match name:
            case "captions":
                flat |= {f"caption_{number}": text for number, text in enumerate(value, start=1)}
            case "areas":
                flat |= {f"area_{each.name}": None if value is None else value[each.name] for each in CLASSES}
            case "attributes":
                flat |= {
                    f"attribute_{each}" if each in row or _CAPTION.fullmatch(each) else each: value[each]
                    for each in value
                }
            case "pose":
                flat |= {angle: None if value is None else value[angle] for angle in ("yaw", "pitch", "roll")}
            case _:
                flat[name] = value
    return flat


def _cell(value: Any, options: CsvOptions) -> Any:
    """A value as CSV has it: 1 and −1 for attributes as in CelebA's table, nothing for what is unknown."""
    if isinstance(value, bool):
        return 1 if value else -1
    if isinstance(value, str) and options.escape_formulas and value.startswith(FORMULA_STARTS):
        return ESCAPE + value
    return "" if value is None else value
