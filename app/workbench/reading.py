"""What reading one sample for the index is: its captions, or its mask's figures, decoded mask and thumbnail.

Files are looked at before and after they are read: what was changed meanwhile is read again, and what is too young to
be sure of is kept without its stamp, so that the next pass reads it once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from app.catalog.contents import Contents, contents_of_sets
from app.catalog.mask_cache import kept_mask
from app.catalog.stamps import settled_stamp, stamp_of
from app.faces.errors import FaceDataError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.files import shown
from app.imaging.set_index import IndexedMask
from app.imaging.thumbnails import photo_thumbnail

THUMBNAIL_SIDE = 128
UNSETTLED = b"unsettled"
"""Stands for the stamp of files that changed so recently that their times cannot be trusted yet."""

_ATTEMPTS = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Task:
    """A sample to be read for one part, and the stamps of what is known about it. ``issue`` tells repeats apart."""

    sample: SampleId
    part: str
    contents: bytes | None = None
    mask: bytes | None = None
    thumbnail: bytes | None = None
    captions: bytes | None = None
    issue: int = 0


@dataclass(frozen=True, slots=True)
class Captioned:
    """The captions of a sample, in file order."""

    stamp: bytes
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Masked:
    """The figures of a mask and the blob for the mask cache (None: its stamp could not be trusted)."""

    stamp: bytes
    contents: Contents
    blob: bytes | None


@dataclass(frozen=True, slots=True)
class Thumbnailed:
    """A thumbnail as JPEG; empty where the photo cannot be decoded."""

    stamp: bytes
    jpeg: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a task brought; None for what was known already. ``problems`` are sentences for the user."""

    task: Task
    captions: Captioned | None = None
    mask: Masked | None = None
    thumbnail: Thumbnailed | None = None
    problems: tuple[str, ...] = ()


class SampleReader:
    """Reads samples of one store. One per thread."""

    def __init__(self, store: SampleStore) -> None:
        self._store = store

    def read(self, task: Task) -> Reading:
        """Whatever of the task's part is not known yet. Never raises: a sample's trouble is its own."""
        problems: list[str] = []
        match task.part:
            case "captions":
                captions = self._guarded(task, Modality.CAPTIONS, self._captions, problems)
                return Reading(task, captions=captions, problems=tuple(problems))
            case "contents":
                mask = self._guarded(task, Modality.MASK, self._mask, problems)
                if problems and mask is None:
                    mask = _unreadable(self._stamp(task.sample, Modality.MASK), problems[0])
                return Reading(task, mask=mask, problems=tuple(problems))
            case "thumbnails":
                thumbnail = self._guarded(task, Modality.PHOTO, self._thumbnail, problems)
                return Reading(task, thumbnail=thumbnail, problems=tuple(problems))
        raise KeyError(task.part)

    def _guarded(
        self,
        task: Task,
        modality: Modality,
        read: Callable[[Task, bytes, list[str]], T | None],
        problems: list[str],
    ) -> T | None:
        try:
            stamp = self._stamp(task.sample, modality)
            if stamp is None:
                problems.append(f"the {modality.value} of sample {task.sample} is gone since the dataset was listed")
                return None
            return read(task, stamp, problems)
        except FaceDataError as error:
            problems.append(str(error))
        except Exception as error:
            # Whatever a decoder does with one file among 370,000: it is told, and the others are read.
            problems.append(
                f"the {modality.value} of sample {task.sample} cannot be read: {type(error).__name__}: {error}"
            )
        return None

    def _stamp(self, sample: SampleId, modality: Modality) -> bytes | None:
        return stamp_of(self._store.root, self._store.files(sample, modality))

    def _steady(self, sample: SampleId, modality: Modality, stamp: bytes, read: Callable[[], T]) -> tuple[bytes, T]:
        """What was read while the files stayed the same, and their stamp if it is to be trusted."""
        for _ in range(_ATTEMPTS):
            value = read()
            files = self._store.files(sample, modality)
            if settled_stamp(self._store.root, files) == stamp:
                return stamp, value
            after = stamp_of(self._store.root, files)
            if after is None or after == stamp:
                break
            stamp = after
        return UNSETTLED, value

    def _captions(self, task: Task, stamp: bytes, problems: list[str]) -> Captioned | None:
        if task.captions == stamp:
            return None
        stamp, loaded = self._steady(
            task.sample, Modality.CAPTIONS, stamp, lambda: self._store.read_captions(task.sample)
        )
        if loaded.value is None:
            problems += [problem.message for problem in loaded.problems]
            return Captioned(stamp, ())
        return Captioned(stamp, loaded.value.texts)

    def _mask(self, task: Task, stamp: bytes, problems: list[str]) -> Masked | None:
        if task.contents == task.mask == stamp:
            return None
        stamp, loaded = self._steady(task.sample, Modality.MASK, stamp, lambda: self._store.read_mask(task.sample))
        told = [problem.message for problem in loaded.problems]
        problems += told
        if loaded.value is None:
            return _unreadable(stamp, told[0] if told else None)
        indexed = IndexedMask.of(loaded.value)
        contents = contents_of_sets(indexed.sets, indexed.index, self._store.paint_order)
        is_plain = not told and loaded.read_only is None
        blob = None if stamp == UNSETTLED else kept_mask(indexed if is_plain else None)
        return Masked(stamp, contents, blob)

    def _thumbnail(self, task: Task, stamp: bytes, problems: list[str]) -> Thumbnailed | None:
        if task.thumbnail == stamp:
            return None

        def read() -> bytes:
            try:
                return photo_thumbnail(self._store.picture_bytes(task.sample, Modality.PHOTO), THUMBNAIL_SIDE)
            except FaceDataError as error:
                (file,) = self._store.files(task.sample, Modality.PHOTO)
                problems.append(f"{shown(file) or f'the photo of sample {shown(task.sample)}'}: {error}")
                return b""

        return Thumbnailed(*self._steady(task.sample, Modality.PHOTO, stamp, read))


def _unreadable(stamp: bytes | None, problem: str | None) -> Masked | None:
    """No mask: because there is none, or because of the problem. None when the files are gone: nothing is known."""
    if stamp is None:
        return None
    contents = Contents.unreadable(problem or "")
    if problem is None:
        contents = replace(contents, problem=None)
    return Masked(stamp, contents, None if stamp == UNSETTLED else kept_mask(None))
