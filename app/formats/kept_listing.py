"""The names of a dataset in about a megabyte: what was listed yesterday, taken over today if nothing changed.

Listing 400,000 names takes a quarter of a second, asking twenty folders whether they changed less than a millisecond.
A listing is kept outside the dataset by whoever opens it, so it is bytes that nobody has vouched for: a SHA-256 over
all finds damage, counts and names are checked as if a stranger had written them, and whatever is wrong with it, the
answer is None and the folders are listed. Names are put into dictionaries only when somebody asks for them.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any, cast

import numpy as np

from app.faces.classes import ALL_BITS
from app.faces.sample import Modality, Problem, SampleId
from app.formats.files import DatasetFolder, Stamp
from app.formats.later import Later
from app.formats.listed import Listed
from app.formats.listing import FilesByName, whole_name
from app.formats.looked import Looked, is_unchanged
from app.formats.mask_listing import BACKGROUND_BIT, ClassFileNames, ClassFiles
from app.formats.splits import Splits
from app.formats.tree import Places

_MAGIC = b"facewright listing 1\n"
_DIGEST = slice(len(_MAGIC), len(_MAGIC) + 32)
_NO_FOLDER = 0xFFFF
_NUMBER = np.dtype("<u4")
_NO_PATH = re.compile(r"(?:^|[/\n])\.{0,2}(?:[/\n]|$)|[\\\0]")
"""An empty part, ``.`` or ``..`` in any of some paths, one a line; a backslash parts them on some systems."""


def keep_listing(listed: Listed) -> bytes:
    """The listing as bytes for ``listed_before``; none where it could not be trusted or told apart line by line."""
    if not listed.is_as_listed or not listed.looked.is_settled:
        return b""
    if listed.kept is not None:
        return listed.kept
    pack = _Packing()
    masks = listed.class_files
    header = _asked_for(listed.places, numeric=listed.numeric) | {
        "folders": listed.looked.folders,
        "files": listed.looked.files,
        "links": sorted(listed.looked.links),
        "problems": _told(listed.problems),
        "ids": pack.lines(listed.ids),
        "splits": {name: pack.lines(ids) for name, ids in listed.splits.value().samples.items()},
        "photos": pack.files(listed.photos),
        "sketches": pack.files(listed.sketches),
        "captions": pack.files(listed.captions),
        "index_maps": pack.files(listed.index_maps),
        "class_folders": masks.folders,
        "unpadded": masks.unpadded,
        "class_ids": pack.lines(masks.bits),
        "bits": pack.numbers(masks.bits.values()),
        "folder_of": pack.numbers([masks.folder_of.get(sample, _NO_FOLDER) for sample in masks.bits]),
        "prefixed": pack.lines(masks.prefixes),
        "prefixes": pack.lines(masks.prefixes.values()),
    }
    if not pack.is_whole:
        return b""
    head = json.dumps(header).encode()
    body = b"".join([len(head).to_bytes(4, "little"), head, *pack.sections])
    return b"".join([_MAGIC, hashlib.sha256(body).digest(), body])


def listed_before(
    kept: bytes, folder: DatasetFolder, looked: Looked, places: Places, *, numeric: bool
) -> Listed | None:
    """What ``keep_listing`` wrote, if it is whole, is about these places, and all that was looked at is as it was."""
    body = kept[_DIGEST.stop :]
    if not kept.startswith(_MAGIC) or hashlib.sha256(body).digest() != kept[_DIGEST]:
        return None
    try:
        end = 4 + int.from_bytes(body[:4], "little")
        header = json.loads(body[4:end])
        asked = _asked_for(places, numeric=numeric)
        if {key: header[key] for key in asked} != asked:
            return None
        if not _is_as_it_was(header, folder):
            return None
        listed = _listed(header, _Unpacking(body[end:]), looked, places, numeric=numeric)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    listed.kept = kept
    return listed


def _asked_for(places: Places, *, numeric: bool) -> dict[str, Any]:
    """What is to be listed, in the form in which a header gives it back."""
    return {"places": asdict(places) | {"problems": _told(places.problems)}, "numeric": numeric}


def _told(problems: Collection[Problem]) -> list[list[str]]:
    return [[problem.modality.value, problem.where, problem.message] for problem in problems]


def _is_as_it_was(header: Mapping[str, Any], folder: DatasetFolder) -> bool:
    folders, files, links = header["folders"], header["files"], header["links"]
    _require_paths([path for path in (*folders, *files, *links) if path])
    return (
        is_unchanged(folder, _stamps(folders))
        and is_unchanged(folder, _stamps(files))
        and not any(map(folder.is_folder, links))
    )


def _stamps(kept: Mapping[str, list[int] | None]) -> dict[str, Stamp | None]:
    stamps: dict[str, Stamp | None] = {}
    for path, stamp in kept.items():
        if stamp is None:
            stamps[path] = None
        else:
            inode, size, changed, status_changed = stamp
            stamps[path] = (inode, size, changed, status_changed)
    return stamps


def _listed(header: Mapping[str, Any], unpack: _Unpacking, looked: Looked, places: Places, *, numeric: bool) -> Listed:
    looked.folders.update(_stamps(header["folders"]))
    looked.files.update(_stamps(header["files"]))
    looked.links.update(header["links"])
    split_lists = {str(name): unpack.names(section) for name, section in header["splits"].items()}

    def splits() -> Splits:
        made = Splits()
        for name, text in split_lists.items():
            made.samples[name] = _ids(text)
            made.of.update(dict.fromkeys(made.samples[name], name))
        return made

    return Listed(
        photos=unpack.files(header["photos"]),
        sketches=unpack.files(header["sketches"]),
        captions=unpack.files(header["captions"]),
        class_files=unpack.class_files(header),
        index_maps=unpack.files(header["index_maps"]),
        ids=tuple(_ids(unpack.names(header["ids"]))),
        splits=Later(splits),
        places=places,
        numeric=numeric,
        looked=looked,
        problems=tuple(Problem(Modality(m), str(where), str(message)) for m, where, message in header["problems"]),
    )


class _Packing:
    """Sections of bytes behind a header that says of each where it begins and how many entries it has."""

    def __init__(self) -> None:
        self.sections: list[bytes] = []
        self.is_whole = True
        self._at = 0

    def lines(self, entries: Collection[str]) -> list[int]:
        text = "\n".join(entries)
        if text.count("\n") != max(0, len(entries) - 1):
            self.is_whole = False
        return self._add(text.encode("utf-8", "surrogatepass"), len(entries))

    def numbers(self, entries: Collection[int]) -> list[int]:
        return self._add(np.fromiter(entries, _NUMBER, len(entries)).tobytes(), len(entries))

    def files(self, files: FilesByName) -> dict[str, Any]:
        names = {sample: whole_name(sample, name) for sample, name in files.names.items()}
        suffix = next(iter(names.values()), "").rpartition(".")[2]
        is_plain = all(name == f"{sample}.{suffix}" for sample, name in names.items())
        return {
            "folders": files.folders,
            "ids": self.lines(names),
            "suffix": suffix if is_plain else None,
            "names": self.lines([] if is_plain else names.values()),
            "elsewhere": self.lines(files.elsewhere),
            "paths": self.lines(files.elsewhere.values()),
        }

    def _add(self, data: bytes, count: int) -> list[int]:
        place = [self._at, len(data), count]
        self._at += len(data)
        self.sections.append(data)
        return place


class _Unpacking:
    """The sections, checked at once and taken apart later. Everything here raises what ``listed_before`` catches."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def names(self, section: list[int]) -> str:
        """Names, one a line, none of which can lead anywhere."""
        text, _ = self._lines(section)
        around = f"\n{text}\n"
        if text and ("\n\n" in around or "\n." in around or "/" in text or "\\" in text or "\0" in text):
            raise ValueError("a name that is none")
        return text

    def files(self, header: Mapping[str, Any]) -> FilesByName:
        ids, names, elsewhere = (self.names(header[key]) for key in ("ids", "names", "elsewhere"))
        suffix = header["suffix"]
        paths, count = self._lines(header["paths"])
        if count:
            _require_paths(paths.split("\n"))
        if suffix is None:
            _require_same(header["ids"], header["names"])
        elif not isinstance(suffix, str) or not (suffix.isalnum() or not ids):
            raise ValueError("a suffix that is none")
        _require_same(header["elsewhere"], header["paths"])

        def files() -> tuple[dict[str, str], dict[str, str]]:
            samples = _split(ids)
            if suffix is None:
                here = dict(zip(samples, _split(names), strict=True))
            else:
                here = dict.fromkeys(samples, f".{suffix}")
            return here, dict(zip(_split(elsewhere), _split(paths), strict=True))

        return FilesByName(_folders(header["folders"]), Later(files))

    def class_files(self, header: Mapping[str, Any]) -> ClassFiles:
        folders = _folders(header["class_folders"])
        ids, prefixed, prefixes = (self.names(header[key]) for key in ("class_ids", "prefixed", "prefixes"))
        bits, folder_of = self._numbers(header["bits"]), self._numbers(header["folder_of"])
        for one, other in (("class_ids", "bits"), ("class_ids", "folder_of"), ("prefixed", "prefixes")):
            _require_same(header[one], header[other])
        if (bits > (ALL_BITS | BACKGROUND_BIT)).any() or (
            (folder_of >= len(folders)) & (folder_of != _NO_FOLDER)
        ).any():
            raise ValueError("a class or folder that is none")

        def names() -> ClassFileNames:
            samples = _split(ids)
            known = zip(samples, folder_of.tolist(), strict=True)
            return ClassFileNames(
                dict(zip(samples, bits.tolist(), strict=True)),
                {sample: number for sample, number in known if number != _NO_FOLDER},
                dict(zip(_split(prefixed), _split(prefixes), strict=True)),
            )

        return ClassFiles(folders, Later(names), unpadded=header["unpadded"] is True)

    def _lines(self, section: list[int]) -> tuple[str, int]:
        data, count = self._section(section)
        text = data.decode("utf-8", "surrogatepass")
        if text.count("\n") != max(0, count - 1) or bool(text) != bool(count):
            raise ValueError("a count that is wrong")
        return text, count

    def _numbers(self, section: list[int]) -> np.ndarray[Any, np.dtype[np.uint32]]:
        data, count = self._section(section)
        numbers = np.frombuffer(data, _NUMBER)
        if len(numbers) != count:
            raise ValueError("a count that is wrong")
        return numbers

    def _section(self, section: list[int]) -> tuple[bytes, int]:
        start, length, count = section
        if not 0 <= start <= start + length <= len(self._data):
            raise ValueError("a section that is not there")
        return self._data[start : start + length], count


def _split(text: str) -> list[str]:
    """The entries; the same id is one object in all sections, for half a dozen of them name every sample."""
    return list(map(sys.intern, text.split("\n"))) if text else []


def _ids(text: str) -> list[SampleId]:
    """The same where they are samples: a cast, for calling ``SampleId`` on each takes as long as all the rest."""
    return cast("list[SampleId]", _split(text))


def _folders(paths: list[str]) -> list[str]:
    _require_paths(paths)
    return list(paths)


def _require_paths(paths: list[str]) -> None:
    if paths and _NO_PATH.search("\n".join(paths)):
        raise ValueError("a path that could lead out of the dataset")


def _require_same(one: list[int], other: list[int]) -> None:
    if one[2] != other[2]:
        raise ValueError("counts that differ")
