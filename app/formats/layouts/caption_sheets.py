"""Captions of all samples in one file, each of them a stretch of its bytes: an edit replaces that stretch alone.

``text.txt`` has ``0.jpg : caption`` lines (UniteandConquer), ``caps.txt`` has ``000001.jpg<TAB>a|b|c`` (captions of the
original CelebA), ``captions_hq.json`` an object of objects or texts by photo (CelebA-Dialog, Collaborative Diffusion).
"""

from __future__ import annotations

import codecs
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.faces.captions import Captions
from app.faces.errors import ConflictError, DamagedFileError, FaceDataError, InvalidEditError, ReadOnlyError
from app.faces.sample import Loaded, Modality, Problem
from app.faces.store import FileChange
from app.formats.files import DatasetFolder, Stamp, sha256, shown
from app.formats.impostors import impostor
from app.formats.layouts.photo_parts import Planned
from app.formats.listing import counted, free_id

_LINE = re.compile(rb"(?P<name>[^\t:|]*?\.(?:jpe?g|png))(?P<gap>[ \t]*:[ \t]?|\t)(?P<text>.*)", re.IGNORECASE)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)
_JSON_HEAD = re.compile(rb'\s*\{\s*"((?:[^"\\]|\\.)*)"\s*:\s*["\[{]')
_BREAKS = re.compile(rb"[\r\n\0]+")


class CaptionSheet(Protocol):
    """One version of such a file."""

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """What is odd about it."""
        ...

    @property
    def samples(self) -> Sequence[str]:
        """The ids that it has captions of, in its order."""
        ...

    def texts(self, sample: str) -> list[bytes] | None:
        """The sample's captions in UTF-8."""
        ...

    def edited(self, sample: str, texts: Sequence[bytes]) -> bytes:
        """The file with other captions of one sample. Raises InvalidEditError for what it cannot hold."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class LineSheet:
    """A line for each photo: its name, then a colon and one caption, or a tab and captions parted by ``|``.

    ``places`` are where the texts of a sample stand; of ``parted`` lines there is one for a sample.
    """

    data: bytes
    digest: str
    places: Mapping[str, Sequence[tuple[int, int]]]
    parted: frozenset[str]
    notices: tuple[str, ...]

    @classmethod
    def from_bytes(cls, data: bytes) -> LineSheet:
        """Find the lines. Raises DamagedFileError where none is one."""
        if what := impostor(data):
            raise DamagedFileError(what)
        places: dict[str, list[tuple[int, int]]] = {}
        parted: set[str] = set()
        odd: list[str] = []
        repeated: list[str] = []
        at = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        for number, line in enumerate(data[at:].split(b"\n"), 1):
            start, at = at, at + len(line) + 1
            match = _LINE.fullmatch(line.removesuffix(b"\r"))
            name = match["name"].strip().decode("utf-8", "surrogateescape") if match else ""
            sample = free_id(name.rpartition(".")[0].rpartition("/")[2])
            if match is None or sample is None:
                if line.strip():
                    odd.append(f"line {number}")
                continue
            if match["gap"] == b"\t" and sample in places:
                repeated.append(sample)
                continue
            if match["gap"] == b"\t":
                parted.add(sample)
            places.setdefault(sample, []).append((start + match.start("text"), start + match.end("text")))
        if not places:
            raise DamagedFileError("it has no line of a photo's name and its captions")
        notices = []
        if odd:
            notices.append(f"lines that are no photo's name with captions, passed over and kept: {counted(odd)}")
        if repeated:
            notices.append(f"samples with more than one line, of which the first counts: {counted(repeated)}")
        return cls(data, sha256(data), places, frozenset(parted), tuple(notices))

    @property
    def samples(self) -> Sequence[str]:
        """The ids in the order of their first lines."""
        return tuple(self.places)

    def texts(self, sample: str) -> list[bytes] | None:
        """The captions of the sample's lines."""
        places = self.places.get(sample)
        if places is None:
            return None
        texts = [self.data[start:end] for start, end in places]
        return texts[0].split(b"|") if sample in self.parted else texts

    def edited(self, sample: str, texts: Sequence[bytes]) -> bytes:
        """The file with the sample's lines saying something else."""
        places = self.places[sample]
        if sample in self.parted:
            if any(b"|" in text for text in texts):
                raise InvalidEditError("a caption here cannot hold a vertical bar: it parts the captions of a line")
            if not texts:
                raise InvalidEditError("the line of a photo must keep one caption; make a working copy to remove it")
            texts = [b"|".join(texts)]
        elif len(texts) != len(places):
            raise InvalidEditError("this file has one caption a line; they can be changed here, not added or removed")
        pieces, at = [], 0
        for (start, end), text in zip(places, texts, strict=True):
            pieces += [self.data[at:start], text]
            at = end
        return b"".join([*pieces, self.data[at:]])


@dataclass(frozen=True, slots=True, eq=False)
class JsonSheet:
    """An object by photo's name: each value is a text, a list or an object whose texts are the sample's captions."""

    data: bytes
    digest: str
    keys: Mapping[str, str]
    values: Mapping[str, Sequence[str]]
    notices: tuple[str, ...]

    @classmethod
    def from_bytes(cls, data: bytes) -> JsonSheet:
        """Parse all of it. Raises DamagedFileError for what is no such object."""
        if what := impostor(data):
            raise DamagedFileError(what)
        repeated: list[str] = []

        def taken(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(pairs)
            if len(found) < len(pairs):
                seen: set[str] = set()
                repeated.extend(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            return found

        try:
            value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=taken)
        except (ValueError, RecursionError) as error:
            raise DamagedFileError(f"it is no whole JSON file ({error}); download it again") from None
        if not isinstance(value, dict):
            raise DamagedFileError("it is no JSON object with captions by photo")
        keys: dict[str, str] = {}
        values: dict[str, Sequence[str]] = {}
        odd: list[str] = []
        for key, held in value.items():
            sample = _sample_of(key)
            texts = list(_texts_in(held))
            if sample is None or sample in keys or not texts:
                odd.append(key)
                continue
            keys[sample], values[sample] = key, texts
        notices = []
        if odd:
            notices.append(f"entries that are no photo with captions, passed over and kept: {counted(odd)}")
        if repeated:
            notices.append(f"keys that are there more than once, of which loaders see the last: {counted(repeated)}")
        return cls(data, sha256(data), keys, values, tuple(notices))

    @property
    def samples(self) -> Sequence[str]:
        """The ids in the order of the keys."""
        return tuple(self.keys)

    def texts(self, sample: str) -> list[bytes] | None:
        """The texts of the sample's value, in their order."""
        values = self.values.get(sample)
        return None if values is None else [text.encode("utf-8", "surrogatepass") for text in values]

    def edited(self, sample: str, texts: Sequence[bytes]) -> bytes:
        """The file with other texts in the sample's value."""
        bom = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        whole = self.data[len(bom) :].decode("utf-8")
        places = _places_of(whole, self.keys[sample])
        if len(texts) != len(places) or len(texts) != len(self.values[sample]):
            raise InvalidEditError("captions of a JSON file can be changed here, not added or removed")
        pieces, at = [], 0
        for (start, end), text, old in zip(places, texts, self.values[sample], strict=True):
            new = text.decode("utf-8")
            if new != old:
                pieces += [whole[at:start], json.dumps(new, ensure_ascii=self.data.isascii())]
                at = end
        return bom + "".join([*pieces, whole[at:]]).encode("utf-8")


def _sample_of(key: str) -> str | None:
    name = key.rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    return free_id(stem if suffix.lower() in ("jpg", "jpeg", "png") else name)


def _texts_in(value: object, depth: int = 4) -> list[str]:
    if isinstance(value, str):
        return [value]
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in held for text in _texts_in(item, depth - 1)] if depth else []


def _places_of(text: str, key: str) -> list[tuple[int, int]]:
    """Where the strings of a top-level key's value stand; of two such keys the last counts, as for any loader."""
    stack: list[str] = []
    places: list[tuple[int, int]] = []
    is_name = is_meant = False
    for match in _JSON_TOKEN.finditer(text):
        word = match[0]
        if word in "{[":
            stack.append(word)
            is_name = word == "{"
        elif word in "}]":
            stack.pop()
        elif word == ",":
            is_name = stack[-1] == "{"
        elif word == ":":
            is_name = False
        elif is_name and len(stack) == 1:
            is_meant = json.loads(word) == key
            if is_meant:
                places.clear()
        elif is_meant and not is_name:
            places.append(match.span())
    return places


def is_caption_json(head: bytes) -> bool:
    """Whether a file that begins so may hold captions by photo: its first key is a photo's name or number."""
    match = _JSON_HEAD.match(head.removeprefix(codecs.BOM_UTF8))
    if match is None:
        return False
    name = match[1].decode("utf-8", "replace").rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    return name.isdigit() or (bool(stem) and suffix.lower() in ("jpg", "jpeg", "png"))


def is_caption_lines(head: bytes) -> bool:
    """Whether the first line that is not blank has a photo's name and captions."""
    lines = head.removeprefix(codecs.BOM_UTF8).split(b"\n")
    first = next((line for line in lines if line.strip()), b"")
    return _LINE.fullmatch(first.removesuffix(b"\r")) is not None


class CaptionsInFile:
    """The captions of a dataset that keeps all of them in one file (see ``photo_parts.CaptionSource``)."""

    read_only: str | None = None

    def __init__(self, folder: DatasetFolder, path: str, parse: Callable[[bytes], CaptionSheet]) -> None:
        self._folder = folder
        self.path = path
        self._parse = parse
        self._lock = threading.Lock()
        self._held: tuple[Stamp | None, CaptionSheet] | None = None

    def sheet(self) -> CaptionSheet:
        """The file as it is on disk now. Raises DamagedFileError, naming it."""
        try:
            state = self._folder.stamp(self.path)
            with self._lock:
                if self._held is None or state is None or self._held[0] != state:
                    self._held = (state, self._parse(self._folder.read(self.path)))
                return self._held[1]
        except FileNotFoundError:
            raise DamagedFileError(f"{shown(self.path)} is gone since the dataset was opened") from None
        except FaceDataError as error:
            name = shown(self.path)
            raise DamagedFileError(str(error) if name in str(error) else f"{name}: {error}") from None

    @property
    def problems(self) -> Sequence[Problem]:
        """What is odd about the file."""
        try:
            notices = [f"{shown(self.path)}: {notice}" for notice in self.sheet().notices]
        except DamagedFileError as error:
            notices = [str(error)]
        return [Problem(Modality.CAPTIONS, self.path, notice) for notice in notices]

    def files(self, sample: str) -> tuple[str, ...]:
        """The file, where it has captions of the sample."""
        try:
            return (self.path,) if self.sheet().texts(sample) is not None else ()
        except DamagedFileError:
            return ()

    def read(self, sample: str) -> Loaded[Captions]:
        """The sample's captions."""
        try:
            sheet = self.sheet()
        except DamagedFileError as error:
            return Loaded(None, {}, (Problem(Modality.CAPTIONS, self.path, str(error)),), str(error))
        texts = sheet.texts(sample)
        if texts is None:
            why = f"{shown(self.path)} has no captions of sample {shown(sample)}; add them there by hand"
            return Loaded(None, {self.path: sheet.digest}, read_only=why)
        captions = _as_captions(texts)
        # What is not UTF-8 is read only here: the file's other samples would tell how to write it.
        why_not = captions.unreadable or captions.not_utf8
        if any(_BREAKS.search(text) for text in texts):
            why_not = "one of the captions holds a line break"
        if why_not is None:
            return Loaded(captions, {self.path: sheet.digest})
        message = f"{shown(self.path)}: the captions of sample {shown(sample)} are shown but not edited: {why_not}"
        return Loaded(captions, {self.path: sheet.digest}, (Problem(Modality.CAPTIONS, self.path, message),), message)

    def plan(self, sample: str, before: Captions | None, after: Captions, stamps: Mapping[str, str | None]) -> Planned:  # noqa: ARG002
        """The file with this sample's captions, over whatever it says of others by now."""
        loaded = self.read(sample)
        if loaded.read_only is not None:
            raise ReadOnlyError(f"the captions of sample {sample} cannot be saved: {loaded.read_only}")
        sheet = self.sheet()
        current = sheet.texts(sample) or []
        if before is not None and [line.raw for line in before] != [line.raw for line in _as_captions(current)]:
            raise ConflictError(f"the captions of sample {sample} in {shown(self.path)} were changed by someone else")
        texts = [line.raw for line in after]
        if texts == current:
            return [], []
        return [FileChange(self._folder.inside(self.path), sheet.digest, sheet.edited(sample, texts))], []

    def saved(self, sample: str, path: str, *, exists: bool) -> None:
        """Nothing to note: the file is read again when it changed."""


def _as_captions(texts: Sequence[bytes]) -> Captions:
    """As a caption file of these lines would be read; line breaks within a text are shown as blanks."""
    lines = [_BREAKS.sub(b" ", text) for text in texts]
    return Captions.from_bytes(b"\n".join(lines) + (b"\n" if lines and not lines[-1] else b""))
