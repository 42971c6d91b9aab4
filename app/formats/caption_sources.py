"""Captions that come from elsewhere: one table, one JSON file or a folder of text files, taken apart by sample.

Which kind a file is follows from its name and its beginning. Names of samples are compared as ids are: folder and
suffix do not count, and ``00017.jpg`` is 17.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.faces.captions import Captions
from app.faces.errors import DamagedFileError, LayoutError
from app.formats.files import DatasetFolder, shown
from app.formats.impostors import impostor
from app.formats.layouts.caption_sheets import LineSheet
from app.formats.layouts.coco_json import looks_like_coco
from app.formats.layouts.packed_values import one_line

_LIMIT = 512 * 1024 * 1024
_TEXT_LIMIT = 1024 * 1024
_LINES_NAMED = 8
_ID_NAMES = (
    "image_id", "file_name", "filename", "image", "img", "photo", "file", "path", "name", "sample", "sample_id", "idx",
    "id", "key",
)  # fmt: skip
_CAPTION_NAMES = re.compile(r"(captions?|texts?|sentences?|descriptions?|prompts?|comments?)[ _-]?\d*", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:jpe?g|png|txt|webp|bmp)$", re.IGNORECASE)


@dataclass(slots=True)
class CaptionSource:
    """What a file says: captions by sample id, in its order, each one line without blanks around it.

    ``repeated`` samples have several entries where one is usual, as ``17.jpg`` and ``00017.jpg``; their captions are
    joined. ``problems`` name entries that were passed over.
    """

    kind: str
    captions: dict[str, list[str]] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _came_again: set[str] = field(default_factory=set, repr=False)

    def add(self, name: object, texts: Iterable[object], where: str, *, is_whole: bool = True) -> None:
        """An entry. ``is_whole``: a second one of the same sample is odd."""
        sample = _sample(name)
        if sample is None:
            self.problems.append(f"{where} names no sample")
            return
        lines = [one_line(text).strip() for text in texts if isinstance(text, str)]
        if is_whole and sample in self.captions and sample not in self._came_again:
            self._came_again.add(sample)
            self.repeated.append(sample)
        self.captions.setdefault(sample, []).extend(line for line in lines if line)


def read_caption_source(
    path: Path, *, id_column: str | None = None, caption_column: str | None = None
) -> CaptionSource:
    """What a CSV or TSV, JSONL, COCO or CelebA-Dialog JSON, a text table or a folder of ``N.txt`` says.

    The columns are found by their names, or are those that are told. Raises LayoutError for a file of another kind or
    without such columns, DamagedFileError for one that cannot be read.
    """
    if path.is_dir():
        return _folder(DatasetFolder(path))
    data = _bytes(path)
    columns = _Columns(id_column, caption_column)
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv"}:
        return _table(data, columns, path)
    if suffix in {".jsonl", ".ndjson"}:
        return _lines_of_json(data, columns, path)
    if suffix == ".json":
        return _json(data, columns, path)
    if suffix == ".txt":
        sheet = LineSheet.from_bytes(data)
        source = CaptionSource("text table", problems=list(sheet.notices))
        for sample in sheet.samples:
            source.add(sample, (text.decode("utf-8", "replace") for text in sheet.texts(sample) or ()), sample)
        return source
    raise LayoutError(
        f"{shown(path.name)} is no kind of caption file that is known: name a .csv, .tsv, .jsonl, .json or .txt file,"
        " or a folder of text files"
    )


def _bytes(path: Path) -> bytes:
    try:
        return DatasetFolder(path.parent).read(path.name, _LIMIT)
    except FileNotFoundError:
        raise LayoutError(f"{path} is not there; check the name") from None


class UnknownColumnError(LayoutError):
    """Somebody has to say which column of a table is the captions' (``of_captions``), or names the sample."""

    def __init__(self, text: str, *, of_captions: bool) -> None:
        super().__init__(text)
        self.of_captions = of_captions


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which fields of a row count: told, or found by their usual names."""

    sample: str | None
    caption: str | None

    def of(self, names: Iterable[str], path: Path) -> tuple[str, list[str]]:
        """The field of the sample and those of captions. Raises LayoutError where there are none."""
        there = {name.strip().casefold(): name for name in names}
        wanted = (self.sample,) if self.sample else _ID_NAMES
        sample = next((there[name.casefold()] for name in wanted if name.casefold() in there), None)
        if self.caption:
            captions = [there[self.caption.casefold()]] if self.caption.casefold() in there else []
        else:
            captions = [there[name] for name in there if _CAPTION_NAMES.fullmatch(name) and there[name] != sample]
        if sample is None or not captions:
            lacks = "the sample" if sample is None else "captions"
            told = ", ".join(shown(name) for name in there.values()) or "none"
            text = f"{shown(path.name)} has no column for {lacks} that is known; say which of these it is: {told}"
            raise UnknownColumnError(text, of_captions=sample is not None)
        return sample, captions


def _table(data: bytes, columns: _Columns, path: Path) -> CaptionSource:
    text = _text(data, path)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text)
    source = CaptionSource("table")
    csv.field_size_limit(_TEXT_LIMIT)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(rows, [])
        sample, captions = columns.of(header, path)
        at = header.index(sample)
        places = [place for place, name in enumerate(header) if name in captions]
        lines = [*io.StringIO(text, newline="")]
        ends, empty = rows.line_num, []
        for row in rows:
            begins, ends = ends + 1, rows.line_num
            if (ends > begins or ends == len(lines)) and _has_open_quote(lines[begins - 1 : ends], delimiter):
                source.problems.append(f"line {begins}: a quote is not closed; {_swallowed(begins, ends)} left out")
                continue
            if not any(cell.strip() for cell in row):
                empty.append(begins)
            else:
                where = f"line {begins}"
                if len(row) <= max(at, places[0]):
                    source.problems.append(f"{where} has {len(row)} of {len(header)} columns")
                else:
                    cells = [row[place] for place in places if place < len(row)]
                    source.add(row[at], _unpacked(cells), where, is_whole=len(places) > 1)
                    if not any(cell.strip() for cell in cells):
                        source.problems.append(f"{where} has no caption")
    except csv.Error as error:
        raise DamagedFileError(f"{shown(path.name)}, line {rows.line_num}: {error}; correct it there") from None
    if empty:
        named = ", ".join(map(str, empty[:_LINES_NAMED])) + (", …" if len(empty) > _LINES_NAMED else "")
        rows_empty = "1 row is empty: line" if len(empty) == 1 else f"{len(empty):,} rows are empty: lines"
        source.problems.append(f"{rows_empty} {named}")
    return source


def _has_open_quote(lines: list[str], delimiter: str) -> bool:
    """Whether lines that were read as one row are none: a quote is closed nowhere, or by one that opens a cell."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return len(lines) > 1 or "unexpected end" in str(error)
    return False


def _swallowed(begins: int, ends: int) -> str:
    if begins == ends:
        return f"line {begins} is"
    return f"lines {begins} and {ends} are" if ends == begins + 1 else f"lines {begins} to {ends} are"


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t|", key=first.count)


def _unpacked(cells: Iterable[object]) -> Iterator[object]:
    """A cell may hold a JSON list of captions."""
    for cell in cells:
        if isinstance(cell, str) and cell.lstrip().startswith("["):
            try:
                told = json.loads(cell)
            except (ValueError, RecursionError):
                told = None
            if isinstance(told, list):
                yield from told
                continue
        if isinstance(cell, list):
            yield from cell
        else:
            yield cell


def _lines_of_json(data: bytes, columns: _Columns, path: Path) -> CaptionSource:
    rows = []
    problems = []
    for number, line in enumerate(_text(data, path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.append(f"line {number} is no JSON ({error})")
            continue
        rows.append((f"line {number}", row))
    source = _objects("JSONL", rows, columns, path)
    source.problems += problems
    return source


def _objects(kind: str, rows: Iterable[tuple[str, Any]], columns: _Columns, path: Path) -> CaptionSource:
    source = CaptionSource(kind)
    found: dict[tuple[str, ...], tuple[str, list[str]] | None] = {}
    odd: LayoutError | None = None
    for where, row in rows:
        if not isinstance(row, dict):
            source.problems.append(f"{where} is no object with names")
            continue
        names = tuple(map(str, row))
        if names not in found:
            try:
                found[names] = columns.of(names, path)
            except LayoutError as error:
                found[names], odd = None, odd or error
        if (known := found[names]) is None:
            source.problems.append(f"{where} has no field for the sample, or none for captions")
            continue
        sample, captions = known
        cells = [row[name] for name in captions]
        is_whole = len(captions) > 1 or isinstance(cells[0], list)
        source.add(row[sample], _unpacked(cells), where, is_whole=is_whole)
    if odd is not None and not any(found.values()):
        raise odd
    return source


def _json(data: bytes, columns: _Columns, path: Path) -> CaptionSource:
    twice: list[str] = []

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(entries)
        if len(made) < len(entries):
            seen: set[str] = set()
            twice.extend(name for name, _ in entries if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        return made

    try:
        document = json.loads(_text(data, path), object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(f"{shown(path.name)} is no JSON that can be read ({error})") from None
    if isinstance(document, list):
        return _objects(
            "JSON list", ((f"entry {number}", row) for number, row in enumerate(document, 1)), columns, path
        )
    if not isinstance(document, dict):
        raise LayoutError(f"{shown(path.name)} is a single value, no captions by sample")
    if looks_like_coco(data) or isinstance(document.get("annotations"), list):
        return _coco(document, path)
    source = CaptionSource("captions by photo")
    for name, value in document.items():
        source.add(name, _said(value), shown(name))
    source.problems += [f"{shown(name)} stands there twice, of which the last counts" for name in twice]
    return source


def _said(value: object) -> Iterator[object]:
    """CelebA-Dialog: a text, or the caption of the whole and others besides; else what is said of each attribute."""
    if isinstance(value, Mapping):
        whole = [value.get(name) for name in ("overall_caption", "other_captions")]
        yield from _unpacked(whole if any(whole) else value.values())
    else:
        yield from _unpacked([value])


def _coco(document: Mapping[str, Any], path: Path) -> CaptionSource:
    source = CaptionSource("COCO")
    images, annotations = document.get("images"), document.get("annotations")
    if not isinstance(images, list) or not isinstance(annotations, list):
        raise LayoutError(f"{shown(path.name)} has no lists of images and annotations, as COCO files have")
    names: dict[object, object] = {}
    for image in images:
        if isinstance(image, dict) and isinstance(image.get("id"), int | str):
            names[image["id"]] = image.get("file_name", image["id"])
    for number, annotation in enumerate(annotations, 1):
        if not isinstance(annotation, dict) or "caption" not in annotation:
            continue  # an outline
        key = annotation.get("image_id")
        if not isinstance(key, int | str) or key not in names:
            source.problems.append(f"annotation {number} is about an image that is not listed")
            continue
        source.add(names[key], [annotation["caption"]], f"annotation {number}", is_whole=False)
    return source


def _folder(folder: DatasetFolder) -> CaptionSource:
    source = CaptionSource("text files")
    for path in sorted(Path(folder.root).glob("*.txt")):
        try:
            captions = Captions.from_bytes(folder.read(path.name, _TEXT_LIMIT))
        except (OSError, DamagedFileError) as error:
            source.problems.append(f"{shown(path.name)}: {error}")
            continue
        if why := captions.unreadable or captions.not_utf8:
            source.problems.append(f"{shown(path.name)}: {why}")
        else:
            source.add(path.name, captions.texts, shown(path.name))
    if not source.captions and not source.problems:
        raise LayoutError(f"{shown(folder.root.name)} has no text files; name a folder of N.txt")
    return source


def _text(data: bytes, path: Path) -> str:
    if what := impostor(data):
        raise DamagedFileError(f"{shown(path.name)}: {what}")
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if error.encoding != "utf-8":
            raise DamagedFileError(f"{shown(path.name)} is UTF-16 and damaged or cut short in line {line}") from None
        raise DamagedFileError(
            f"{shown(path.name)}, line {line} is not UTF-8 (byte 0x{data[error.start]:02x}); save it as UTF-8 first"
        ) from None


def _sample(name: object) -> str | None:
    """``faces/00017.jpg`` → ``17``."""
    if isinstance(name, bool) or not isinstance(name, int | str):
        return None
    stem = _SUFFIX.sub("", str(name).strip().replace("\\", "/").rpartition("/")[2])
    if stem.isascii() and stem.isdigit() and len(stem) <= 9:
        return str(int(stem))
    return stem or None
