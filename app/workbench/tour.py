"""The main job in small, and the proof that it was done: paint a stroke, edit a caption, save, reopen, compare.

What is to be done and how it is checked is here; whose hand does it (the real window without a screen) is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME
from app.faces.errors import FaceDataError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore

OWN_FOLDER = ".facewright"
_CLASS = "hat"
_CAPTION = 2
_TEXT = "This person is wearing a wide headband."
_POINTS = 24


@dataclass(frozen=True, slots=True)
class Task:
    """What to do: paint ``class_id`` along ``path`` ((x, y) in mask pixels), make caption ``caption`` say ``text``."""

    sample: SampleId
    class_id: int
    path: tuple[tuple[float, float], ...]
    brush_px: int
    caption: int
    text: str


def choose_task(store: SampleStore) -> Task:
    """A headband for the first bare head with hair and captions. Raises FaceDataError when nobody will do."""
    for sample in store.sample_ids:
        bits = store.class_bits(sample) or 0
        if bits & CLASS_BY_NAME[_CLASS].bit or not bits & CLASS_BY_NAME["hair"].bit:
            continue
        mask, captions = store.read_mask(sample), store.read_captions(sample)
        if mask.value is None or mask.read_only or captions.value is None or len(captions.value) <= _CAPTION:
            continue
        path, brush_px = _headband(mask.value)
        return Task(sample, CLASS_BY_NAME[_CLASS].id, path, brush_px, _CAPTION, _TEXT)
    raise FaceDataError(f"{store.root.name} has no sample with hair, without a hat and with captions to try this on")


def _headband(mask: MaskLayers) -> tuple[tuple[tuple[float, float], ...], int]:
    """An arch across the hair, a quarter of the way from its top to the nose, and the brush for it."""
    hair = mask.layer("hair")
    rows, columns = np.flatnonzero(hair.any(axis=1)), np.flatnonzero(hair.any(axis=0))
    top, height = int(rows[0]), mask.shape[0]
    nose = np.flatnonzero(mask.layer("nose").any(axis=1))
    bottom = int(nose[0]) if len(nose) else height // 2
    brush_px = max(3, height // 20)
    crown = top + max(brush_px, (bottom - top) * 0.3)
    left, right = float(columns[0]) + brush_px, float(columns[-1]) - brush_px
    path = []
    for step in range(_POINTS + 1):
        across = 2 * step / _POINTS - 1
        path.append((left + (right - left) * (across + 1) / 2, crown + across * across * brush_px))
    return tuple(path), brush_px


def fingerprints(root: Path) -> dict[str, str]:
    """The SHA-256 of every file of a dataset by relative path, our own folder left out."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    named = ((path.relative_to(root), path) for path in files)
    return {
        name.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in named
        if name.parts[0] != OWN_FOLDER
    }


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The files that are new, gone or have other bytes."""
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def verify(
    store: SampleStore, task: Task, wanted: MaskLayers, captions: Captions, changed: tuple[str, ...]
) -> tuple[str, ...]:
    """Read a freshly opened dataset and compare it with what was wanted; the proven facts, a sentence each.

    ``wanted`` is the mask as it was on screen, ``captions`` the file before the edit. Raises FaceDataError naming the
    first thing that is not so.
    """
    sample = task.sample
    read, said = store.read_mask(sample), store.read_captions(sample)
    _require(read.value is not None and read.value.equals(wanted), "the mask on disk is not the one on screen")
    _require(bool(wanted.layer(_CLASS).any()), "the stroke left nothing")
    expected = captions.replacing(task.caption, task.text).to_bytes()
    _require(said.value is not None and said.value.to_bytes() == expected, "more or less than one caption line changed")
    meant = {path for path in (*said.stamps, *read.stamps) if path in changed}
    _require(set(changed) == meant and len(changed) == 2, f"other files changed too: {', '.join(changed)}")
    _require(not said.problems, "the caption file has problems")
    return (
        f"exactly {len(changed)} files changed: {', '.join(changed)}",
        f"the mask on disk equals the one on screen, all {wanted.bits.size:,} pixels of all 18 layers",
        f"caption {task.caption + 1} changed, every other byte of its file is as it was",
    )


def is_editable(store: SampleStore) -> str | None:
    """Why the dataset cannot be edited here, or None."""
    return store.read_only(Modality.MASK) or store.read_only(Modality.CAPTIONS)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise FaceDataError(f"the tour failed: {otherwise}; please report it")
