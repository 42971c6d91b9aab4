"""What differs between two values of one modality, and how that is put onto a third value.

A mask's difference is not kept per layer but per pixel: the set of classes that was there and the one that is there
now. Layers alone would merge a pixel that one person gave to the hat and another to the hair into one that has both;
with the sets a third value has either the old one (the change is made), the new one (it was made already) or another
one (a conflict). Captions and attributes go by line and by name in the same way.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from app.faces.attributes import Attributes, attribute_title
from app.faces.captions import Captions
from app.faces.classes import LAYER_CLASSES
from app.faces.errors import InvalidEditError
from app.faces.mask import Bits, MaskLayers

Runs = npt.NDArray[np.int64]
"""(N, 2): the first pixel of a run, counted row by row, and its length."""

T = TypeVar("T")


class Keep(Enum):
    """Whose version stays where both sides changed the same thing."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True, eq=False)
class Merged(Generic[T]):
    """``value`` with a difference put onto it; ``conflicts`` say in words what both sides changed.

    ``is_changed`` tells whether it is another value than before.
    """

    value: T
    is_changed: bool
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Repaint:
    """The pixels of ``runs`` had the classes of the bit set ``before`` and have those of ``after``."""

    before: int
    after: int
    runs: Runs

    @property
    def pixels(self) -> npt.NDArray[np.int64]:
        """All of them, counted row by row."""
        lengths = self.runs[:, 1]
        ends = np.cumsum(lengths)
        if not len(ends):
            return np.zeros(0, np.int64)
        within = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)
        pixels: npt.NDArray[np.int64] = np.repeat(self.runs[:, 0], lengths) + within
        return pixels

    @property
    def count(self) -> int:
        """How many pixels."""
        return int(self.runs[:, 1].sum())


@dataclass(frozen=True, slots=True, eq=False)
class MaskDifference:
    """The repainted pixels of a mask of ``shape`` (H, W); each pixel is in one run of one repaint only.

    ``original`` and ``result`` are the hashes of both values, None where there was no mask.
    """

    shape: tuple[int, int]
    original: str | None
    result: str | None
    repaints: tuple[Repaint, ...]

    @classmethod
    def between(cls, before: MaskLayers | None, after: MaskLayers | None) -> MaskDifference | None:
        """None where no pixel differs. Raises InvalidEditError where the sizes do."""
        known = after if after is not None else before
        if known is None:
            return None
        old = _bits(before, known.shape)
        new = _bits(after, known.shape)
        repaints = _repaints(old, new)
        return cls(known.shape, mask_hash(before), mask_hash(after), repaints) if repaints else None

    def counts(self) -> dict[str, dict[str, int]]:
        """Pixels that each class gained and lost."""
        counts = {}
        for face_class in LAYER_CLASSES:
            gained = sum(r.count for r in self.repaints if face_class.bit & r.after & ~r.before)
            lost = sum(r.count for r in self.repaints if face_class.bit & r.before & ~r.after)
            if gained or lost:
                counts[face_class.name] = {"added": gained, "removed": lost}
        return counts

    def onto(self, mask: MaskLayers | None, keep: Keep | None = None) -> Merged[MaskLayers]:
        """A copy of the mask with the pixels repainted, those in conflict only where ``keep`` is THEIRS.

        Raises InvalidEditError where it has another size.
        """
        bits = _bits(mask, self.shape).ravel().copy()
        changed = False
        in_conflict: list[npt.NDArray[np.int64]] = []
        for repaint in self.repaints:
            pixels = repaint.pixels
            here = bits[pixels]
            wanted = here == repaint.before
            foreign = pixels[~wanted & (here != repaint.after)]
            if len(foreign):
                in_conflict.append(foreign)
            taken = pixels if keep is Keep.THEIRS else pixels[wanted]
            changed = changed or bool((bits[taken] != repaint.after).any())
            bits[taken] = repaint.after
        told = (_pixels_told(np.concatenate(in_conflict), self.shape[1]),) if in_conflict else ()
        exclusive = mask is not None and mask.exclusive
        return Merged(MaskLayers(bits.reshape(self.shape), exclusive), changed, told)


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Caption ``index`` (0-based) said ``before`` and says ``after``."""

    index: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CaptionDifference:
    """Lines that say something else; where lines were added, removed or moved, all lines of both in ``replaced``."""

    original: str
    result: str
    edits: tuple[LineEdit, ...] = ()
    replaced: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @classmethod
    def between(cls, before: Captions | None, after: Captions | None) -> CaptionDifference | None:
        """None where the lines say the same."""
        old, new = _texts(before), _texts(after)
        if old == new:
            return None
        hashes = caption_hash(before), caption_hash(after)
        if len(old) != len(new) or sorted(old) == sorted(new):
            return cls(*hashes, replaced=(old, new))
        pairs = enumerate(zip(old, new, strict=True))
        return cls(*hashes, tuple(LineEdit(at, one, two) for at, (one, two) in pairs if one != two))

    def onto(self, captions: Captions | None, keep: Keep | None = None) -> Merged[Captions]:
        """The captions with the lines changed; every other byte of them stays."""
        value = Captions() if captions is None else captions
        if self.replaced is not None:
            return self._replaced_onto(value, self.replaced, keep)
        conflicts = []
        merged = value
        for edit in self.edits:
            here = value.lines[edit.index].text if edit.index < len(value) else None
            if here == edit.after:
                continue
            if here != edit.before:
                conflicts.append(f"caption {edit.index + 1}" + ("" if here is not None else " (there is none)"))
            if here is not None and (here == edit.before or keep is Keep.THEIRS):
                merged = merged.replacing(edit.index, edit.after)
        return Merged(merged, merged is not value, tuple(conflicts))

    def _replaced_onto(
        self, value: Captions, replaced: tuple[tuple[str, ...], tuple[str, ...]], keep: Keep | None
    ) -> Merged[Captions]:
        old, new = replaced
        if value.texts == new:
            return Merged(value, is_changed=False)
        conflicts: tuple[str, ...] = ()
        if value.texts != old:
            conflicts = ("the captions (the patch adds, removes or moves lines)",)
            if keep is not Keep.THEIRS:
                return Merged(value, False, conflicts)
        return Merged(_rewritten(value, new), True, conflicts)


@dataclass(frozen=True, slots=True)
class AttributeDifference:
    """Attributes by name: what each was and is (True, False, None for unknown)."""

    original: str
    result: str
    values: dict[str, tuple[bool | None, bool | None]]

    @classmethod
    def between(cls, before: Attributes | None, after: Attributes | None) -> AttributeDifference | None:
        """None where all are the same. A sample without a row has all unknown."""
        old, new = dict(before or {}), dict(after or {})
        names = [*old, *(name for name in new if name not in old)]
        pairs = {name: (old.get(name), new.get(name)) for name in names}
        changed = {name: pair for name, pair in pairs.items() if pair[0] is not pair[1]}
        return cls(attribute_hash(before), attribute_hash(after), changed) if changed else None

    def onto(self, attributes: Attributes | None, keep: Keep | None = None) -> Merged[Attributes]:
        """The attributes with the values set. Raises InvalidEditError where the table lacks one of them."""
        value = attributes if attributes is not None else Attributes((), ())
        conflicts = []
        merged = value
        for name, (before, after) in self.values.items():
            if name not in value:
                raise InvalidEditError(f"the attribute table has no column {name}, or no row for the sample")
            here = value[name]
            if here is after:
                continue
            if here is not before:
                conflicts.append(f"attribute {attribute_title(name)}")
            if here is before or keep is Keep.THEIRS:
                merged = merged.replacing(name, after)
        return Merged(merged, merged is not value, tuple(conflicts))


def mask_hash(mask: MaskLayers | None) -> str | None:
    """The SHA-256 of ``mask H W``, a line feed and all class sets row by row as little-endian 32-bit numbers."""
    if mask is None:
        return None
    digest = hashlib.sha256(f"mask {mask.shape[0]} {mask.shape[1]}\n".encode())
    digest.update(np.ascontiguousarray(mask.bits, "<u4").tobytes())
    return digest.hexdigest()


def caption_hash(captions: Captions | None) -> str:
    """The SHA-256 of the texts as a JSON list in UTF-8; the bytes between the lines do not count."""
    return _json_hash(list(_texts(captions)))


def attribute_hash(attributes: Attributes | None) -> str:
    """The SHA-256 of the known attributes by name as a JSON object with sorted names."""
    return _json_hash({name: value for name, value in dict(attributes or {}).items() if value is not None})


def _json_hash(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _texts(captions: Captions | None) -> tuple[str, ...]:
    return captions.texts if captions is not None else ()


def _bits(mask: MaskLayers | None, shape: tuple[int, int]) -> Bits:
    if mask is None:
        return np.zeros(shape, np.uint32)
    if mask.shape != shape:
        raise InvalidEditError(
            f"the mask is {mask.shape[1]}×{mask.shape[0]} here and {shape[1]}×{shape[0]} in the patch; resize it"
        )
    return mask.bits


def _repaints(old: Bits, new: Bits) -> tuple[Repaint, ...]:
    pixels = np.flatnonzero(old != new)
    if not len(pixels):
        return ()
    codes = old.ravel()[pixels].astype(np.uint64) << np.uint64(32) | new.ravel()[pixels]
    ends = np.flatnonzero((np.diff(pixels) != 1) | (codes[1:] != codes[:-1]))
    first = np.concatenate(([0], ends + 1))
    lengths = np.diff(np.concatenate((first, [len(pixels)])))
    runs = np.stack((pixels[first], lengths), axis=1).astype(np.int64)
    of_run = codes[first]
    return tuple(Repaint(int(code) >> 32, int(code) & 0xFFFFFFFF, runs[of_run == code]) for code in np.unique(of_run))


def _pixels_told(pixels: npt.NDArray[np.int64], width: int) -> str:
    rows, columns = np.divmod(pixels, width)
    count = len(pixels)
    where = f"x {columns.min()}–{columns.max()}, y {rows.min()}–{rows.max()}"
    return f"{count:,} pixel{'' if count == 1 else 's'} of the mask ({where})"


def _rewritten(captions: Captions, texts: tuple[str, ...]) -> Captions:
    """The same file with other lines; those that stay keep their bytes."""
    matcher = SequenceMatcher(None, captions.texts, texts, autojunk=False)
    for _, first, last, start, end in reversed([code for code in matcher.get_opcodes() if code[0] != "equal"]):
        for _ in range(first, last):
            captions = captions.removing(first)
        for at in range(start, end):
            captions = captions.inserting(first + at - start, texts[at])
    return captions
