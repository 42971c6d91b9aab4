"""The patch as a zip: ``README.txt`` for people, ``patch.json`` with everything but runs, ``masks.jsonl`` with these.

The same differences give the same bytes. Whoever applies a patch got it from somebody: members, sizes, classes and
numbers are checked before anything is made of them, and nothing of it ever becomes a path.
"""

from __future__ import annotations

import errno
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from app import __version__
from app.faces.classes import CLASS_BY_NAME, bits_of, names_of
from app.faces.errors import DamagedFileError, SaveError, UnsafeFileError
from app.faces.sample import SampleId
from app.formats.files import shown
from app.workbench.patching.differences import (
    AttributeDifference,
    CaptionDifference,
    LineEdit,
    MaskDifference,
    Repaint,
)

SCHEMA = 1
_PATCH, _MASKS, _README = "patch.json", "masks.jsonl", "README.txt"
_LIMITS = {_PATCH: 256_000_000, _MASKS: 4_000_000_000, _README: 1_000_000}
_MAX_FILE = 1_000_000_000
_MAX_LINE = 64_000_000
_MAX_SIDE = 32_768
_MAX_SAMPLES = 1_000_000
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError)
"""What reading a zip raises that is none."""
_DATE = (1980, 1, 1, 0, 0, 0)

_ABOUT = """Corrections of a face dataset, made by Facewright {version}

This zip holds what was changed of {name} ({layout}), {samples}, and nothing else of it: no photo, and no mask or
caption file that is as it was. Put it onto your own copy of the dataset:

    facewright patch apply DATASET THIS.zip --dry-run
    facewright patch apply DATASET THIS.zip

A copy as it was released becomes exactly what the maker of the patch has. On a copy with edits of its own, what both
changed differently is named and left alone (--theirs takes the patch's version, --mine keeps yours for these places).
All of it can be undone.

patch.json   every sample: captions and attributes that changed, hashes of the values before and after, pixel counts
masks.jsonl  a line per sample with a changed mask: from which classes to which, as runs [first pixel, length, ...] of
             the mask's pixels counted row by row

The terms of the dataset that these corrections belong to apply to them too.
"""


@dataclass(frozen=True, slots=True, eq=False)
class SampleDifference:
    """All that differs of one sample; ``files`` maps each changed file to its SHA-256 before and after."""

    sample: SampleId
    mask: MaskDifference | None = None
    captions: CaptionDifference | None = None
    attributes: AttributeDifference | None = None
    files: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return self.mask is None and self.captions is None and self.attributes is None


@dataclass(frozen=True, slots=True)
class Source:
    """The dataset that a patch was made of."""

    name: str
    layout: str
    scheme: str


def write_patch(target: Path, source: Source, differences: Iterable[SampleDifference]) -> int:
    """The patch is in ``target``, whole, and the samples in it are counted; without any, nothing is written.

    Raises SaveError.
    """
    draft = target.with_name(f".{target.name}.partial")
    samples = []
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            with archive.open(_member(_MASKS), "w", force_zip64=True) as masks:
                for difference in differences:
                    samples.append(_sample_json(difference))
                    if difference.mask is not None:
                        masks.write(_line(_runs_json(difference.sample, difference.mask)))
            count = f"{len(samples):,} sample{'' if len(samples) == 1 else 's'}"
            about = _ABOUT.format(version=__version__, name=source.name, layout=source.layout, samples=count)
            document = {
                "facewright_patch": SCHEMA,
                "version": __version__,
                "dataset": {"name": source.name, "layout": source.layout, "scheme": source.scheme},
                "samples": samples,
            }
            text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
            archive.writestr(_member(_PATCH), text.encode("utf-8", "surrogatepass"))
            archive.writestr(_member(_README), about.encode("utf-8", "backslashreplace"))
        if samples:
            draft.replace(target)
    except OSError as error:
        raise SaveError(f"{shown(str(target))} cannot be written: {error.strerror}; choose another place") from None
    finally:
        with suppress(OSError):
            draft.unlink()
    return len(samples)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _DATE)
    member.create_system = 3
    member.external_attr = 0o644 << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _line(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _runs_json(sample: SampleId, mask: MaskDifference) -> dict[str, Any]:
    repainted = [
        {"from": names_of(r.before), "to": names_of(r.after), "runs": r.runs.ravel().tolist()} for r in mask.repaints
    ]
    return {"id": sample, "repainted": repainted}


def _sample_json(difference: SampleDifference) -> dict[str, Any]:
    told: dict[str, Any] = {"id": difference.sample}
    mask, captions, attributes = difference.mask, difference.captions, difference.attributes
    if mask is not None:
        height, width = mask.shape
        hashes = {"original": mask.original, "result": mask.result}
        told["mask"] = {"width": width, "height": height, **hashes, "classes": mask.counts()}
    if captions is not None:
        told["captions"] = {"original": captions.original, "result": captions.result}
        if captions.replaced is not None:
            told["captions"]["replaced"] = {"from": captions.replaced[0], "to": captions.replaced[1]}
        else:
            edits = [{"caption": e.index + 1, "from": e.before, "to": e.after} for e in captions.edits]
            told["captions"]["edits"] = edits
    if attributes is not None:
        values = {name: {"from": before, "to": after} for name, (before, after) in attributes.values.items()}
        told["attributes"] = {"original": attributes.original, "result": attributes.result, "values": values}
    told["files"] = {path: {"original": one, "result": two} for path, (one, two) in sorted(difference.files.items())}
    return told


class _Lines(Protocol):
    def readline(self, size: int | None = -1, /) -> bytes: ...


class PatchReader:
    """An open patch. Use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedFileError or UnsafeFileError when it is no patch, FileNotFoundError when it is not there."""
        self._name = shown(path.name)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
        if not path.is_file():
            raise FileNotFoundError(2, "there is no such file", str(path))
        if path.stat().st_size > _MAX_FILE:
            raise UnsafeFileError(
                f"{self._name} has more than {_MAX_FILE:,} bytes; no patch of a face dataset is so large"
            )
        try:
            self._archive = zipfile.ZipFile(path)
        except (*_BROKEN, ValueError) as error:
            raise DamagedFileError(f"{self._name} is no patch: {error}; get it again from its maker") from None
        try:
            self._check_members()
            self._samples = self._read_patch()
        except BaseException:
            self._archive.close()
            raise

    def __enter__(self) -> PatchReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def __len__(self) -> int:
        return len(self._samples)

    def check(self) -> None:
        """Read all of it once. Raises DamagedFileError, UnsafeFileError."""
        for _ in self.differences():
            pass

    def differences(self) -> Iterator[SampleDifference]:
        """Every sample's differences, one at a time in memory. Raises DamagedFileError, UnsafeFileError."""
        try:
            with self._archive.open(_MASKS) as masks:
                read = io.BufferedReader(_Limited(masks, _LIMITS[_MASKS], self._name))
                for told in self._samples:
                    yield self._checked(partial(_sample_of, told, read))
                if read.read(1):
                    raise DamagedFileError(f"{self._name} is no patch: {_MASKS} has lines of no sample")
        except _BROKEN as error:
            raise DamagedFileError(f"{self._name} is damaged: {error}; get it again from its maker") from None

    def _check_members(self) -> None:
        names = [member.filename for member in self._archive.infolist()[:100]]
        wrong = [name for name in names if name not in _LIMITS]
        if wrong or len(names) != len(_LIMITS) or len(set(names)) != len(names):
            what = f"it holds {shown(wrong[0])}" if wrong else "its three files are not all there once"
            raise UnsafeFileError(f"{self._name} is no patch: {what}; nothing of it was used")
        for member in self._archive.infolist():
            plain = member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} and not member.flag_bits & 1
            if member.file_size > _LIMITS[member.filename] or not plain:
                what = "is larger than allowed" if plain else "is encrypted or packed in an unusual way"
                raise UnsafeFileError(f"{self._name}: {member.filename} {what}; nothing of it was used")

    def _read_patch(self) -> list[dict[str, Any]]:
        try:
            with self._archive.open(_PATCH) as member:
                data = _Limited(member, _LIMITS[_PATCH], self._name).readall()
        except _BROKEN as error:
            raise DamagedFileError(f"{self._name} is damaged: {error}; get it again from its maker") from None
        document = self._checked(partial(json.loads, data))
        schema = document.get("facewright_patch") if isinstance(document, dict) else None
        if schema != SCHEMA:
            if isinstance(schema, int) and schema > SCHEMA:
                raise DamagedFileError(
                    f"{self._name} was made by a newer Facewright (schema {schema}); update this one"
                )
            raise DamagedFileError(f"{self._name} is no patch: {_PATCH} does not say so")
        samples = document.get("samples")
        if not isinstance(samples, list) or len(samples) > _MAX_SAMPLES:
            raise DamagedFileError(f"{self._name} is no patch: {_PATCH} lists no samples")
        ids = [told.get("id") if isinstance(told, dict) else None for told in samples]
        if not all(isinstance(sample, str) and 0 < len(sample) <= 1000 for sample in ids) or len(set(ids)) != len(ids):
            raise DamagedFileError(f"{self._name} is no patch: a sample has no id, or one that another has too")
        return samples

    def _checked(self, make: Any) -> Any:
        try:
            return make()
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
            raise DamagedFileError(f"{self._name} is damaged: {error}; get it again from its maker") from None


class _Limited(io.RawIOBase):
    """A member of the archive that unpacks to no more than it may, whatever the archive's table says."""

    def __init__(self, member: IO[bytes], limit: int, name: str) -> None:
        self._member = member
        self._left = limit
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._member.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise UnsafeFileError(f"{self._name} unpacks to more than is allowed; nothing more of it is used")
        buffer[: len(data)] = data
        return len(data)


def _sample_of(told: dict[str, Any], masks: _Lines) -> SampleDifference:
    sample = SampleId(told["id"])
    mask = _mask_of(sample, told["mask"], masks) if "mask" in told else None
    captions = _captions_of(told["captions"]) if "captions" in told else None
    attributes = None
    if "attributes" in told:
        said = told["attributes"]
        values = {_text(name): (_tri(pair["from"]), _tri(pair["to"])) for name, pair in said["values"].items()}
        attributes = AttributeDifference(_hash(said["original"]), _hash(said["result"]), values)
    return SampleDifference(sample, mask, captions, attributes)


def _mask_of(sample: SampleId, told: dict[str, Any], masks: _Lines) -> MaskDifference:
    width, height = told["width"], told["height"]
    if not (type(width) is type(height) is int and 0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise ValueError(f"a mask of sample {shown(sample)} is {width!r}×{height!r}")
    line = masks.readline(_MAX_LINE)
    document = json.loads(line)
    if document["id"] != sample:
        raise ValueError(f"{_MASKS} has no line for sample {shown(sample)}")
    repaints = []
    for each in document["repainted"]:
        runs = np.array(each["runs"])
        if runs.dtype != np.int64 or runs.ndim != 1 or len(runs) % 2:
            raise ValueError(f"the runs of sample {shown(sample)} are no pairs of numbers")
        repaints.append(Repaint(_classes(each["from"]), _classes(each["to"]), runs.reshape(-1, 2)))
    runs = np.concatenate([repaint.runs for repaint in repaints])
    runs = runs[np.argsort(runs[:, 0], kind="stable")]
    pixels = width * height
    if bool((runs < 0).any() | (runs > pixels).any() | (runs[:, 1] == 0).any()) or runs[-1].sum() > pixels:
        raise ValueError(f"the runs of sample {shown(sample)} leave the mask")
    if bool((runs[:-1].sum(axis=1) > runs[1:, 0]).any()):
        raise ValueError(f"the runs of sample {shown(sample)} overlap")
    original, result = (None if told[key] is None else _hash(told[key]) for key in ("original", "result"))
    return MaskDifference((height, width), original, result, tuple(repaints))


def _captions_of(told: dict[str, Any]) -> CaptionDifference:
    hashes = _hash(told["original"]), _hash(told["result"])
    if "replaced" in told:
        replaced = told["replaced"]
        return CaptionDifference(*hashes, replaced=(_texts(replaced["from"]), _texts(replaced["to"])))
    edits = []
    for edit in told["edits"]:
        if type(edit["caption"]) is not int or edit["caption"] < 1:
            raise ValueError(f"there is no caption {edit['caption']!r}")
        edits.append(LineEdit(edit["caption"] - 1, _text(edit["from"]), _text(edit["to"])))
    return CaptionDifference(*hashes, tuple(edits))


def _classes(names: object) -> int:
    if not isinstance(names, list):
        raise TypeError("classes are no list of names")
    unknown = [name for name in names if not isinstance(name, str) or not CLASS_BY_NAME.get(name)]
    if unknown:
        raise ValueError(f"there is no class {shown(str(unknown[0]))}")
    return bits_of(*names)


def _hash(text: object) -> str:
    if not isinstance(text, str) or len(text) != 64:
        raise ValueError("a hash is missing")
    return text


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    return text


def _texts(texts: object) -> tuple[str, ...]:
    if not isinstance(texts, list):
        raise TypeError("captions are no list")
    return tuple(map(_text, texts))


def _tri(value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise TypeError(f"an attribute is true, false or null, not {value!r}")
    return value
