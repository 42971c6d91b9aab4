"""Copies of one photo among the samples: CelebA-HQ has at least thirteen, and a test set must not know the answers.

Two photos are copies when their files are the same bytes, or when small grey versions of them say the same: both are
brought to 32 × 32, their brightness and contrast evened out, and they correlate by at least ``SAME_PHOTO``. Another
encoding, size or brightness leaves more than 0.999, a shift by a 250th of the width 0.987, a crop by a hundredth 0.96;
among 1,540 pairs of different photos the most alike reach 0.78. A pair that is wrongly taken for copies costs nothing
but that both go to the same side.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.faces.errors import FaceDataError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.listing import counted
from app.imaging.cv import cv2
from app.imaging.thumbnails import decoded, photo_thumbnail
from app.jobs import Progress

SAME_PHOTO = 0.95
"""Least correlation of two 32 × 32 grey pictures of the same photo."""
_FINE, _COARSE = 32, 8
_COARSE_LIMIT = 0.92
"""Copies correlate even better at 8 × 8; only pairs above this are compared in full."""
_BLOCK = 2048
_AT_ONCE = 64

Look = npt.NDArray[np.float32]
"""(n,) or (k, n) float32, each of mean 0 and length 1: evened-out grey pictures; the product of two is their
correlation."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Groups of two and more samples whose photos are copies of each other, and what could not be compared."""

    groups: list[list[SampleId]]
    notes: tuple[str, ...] = ()


def duplicates_among(store: SampleStore, samples: Sequence[SampleId], progress: Progress) -> Duplicates:
    """Look at the photos of all samples, on all cores. Progress counts photos; raises Cancelled out of it."""
    # A row of zeros correlates with nothing: a photo that was not read, or the same file as one before.
    looks = np.zeros((len(samples), _FINE * _FINE), np.float32)
    by_bytes: dict[bytes, SampleId] = {}
    groups: list[list[SampleId]] = []
    unread: list[str] = []

    def look(sample: SampleId) -> tuple[bytes, Look] | None:
        try:
            data = store.picture_bytes(sample, Modality.PHOTO)
            return hashlib.sha256(data).digest(), _look(data)
        except (FaceDataError, FileNotFoundError):
            return None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(samples), _AT_ONCE):
            progress.report(start, len(samples), "comparing photos")
            batch = samples[start : start + _AT_ONCE]
            for at, (sample, found) in enumerate(zip(batch, pool.map(look, batch), strict=True), start):
                if found is None:
                    unread.append(sample)
                elif (first := by_bytes.setdefault(found[0], sample)) != sample:
                    groups.append([first, sample])
                else:
                    looks[at] = found[1]
    groups += [[samples[one], samples[other]] for one, other in _alike(looks, progress)]
    notes = (f"photos that cannot be read and so not compared: {counted(unread)}",) if unread else ()
    return Duplicates(_merged(groups), notes)


def _look(data: bytes) -> Look:
    small = decoded(photo_thumbnail(data, 4 * _FINE))
    if small is None:
        return np.zeros(_FINE * _FINE, np.float32)
    grey = cv2.cvtColor(small, cv2.COLOR_BGRA2GRAY)
    return _evened(cv2.resize(grey, (_FINE, _FINE), interpolation=cv2.INTER_AREA).astype(np.float32))


def _evened(picture: npt.NDArray[np.float32]) -> Look:
    """Mean 0 and length 1; a picture of one colour is like nothing."""
    flat = (picture - picture.mean()).ravel()
    length = float(np.linalg.norm(flat))
    return flat / length if length > 1 else np.zeros_like(flat)


def _alike(fine: Look, progress: Progress) -> list[tuple[int, int]]:
    """Pairs of rows, the smaller first, whose pictures say the same."""
    step = _FINE // _COARSE
    blocks = fine.reshape(-1, _COARSE, step, _COARSE, step).mean(axis=(2, 4)).reshape(len(fine), -1)
    length = np.linalg.norm(blocks, axis=1, keepdims=True)
    coarse = np.divide(blocks, length, out=np.zeros_like(blocks), where=length > 0)
    pairs: list[tuple[int, int]] = []
    for top in range(0, len(fine), _BLOCK):
        progress.report(top, len(fine), "comparing photos with each other")
        for left in range(top, len(fine), _BLOCK):
            near = coarse[top : top + _BLOCK] @ coarse[left : left + _BLOCK].T >= _COARSE_LIMIT
            for one, other in zip(*np.nonzero(near), strict=True):
                a, b = top + int(one), left + int(other)
                if a < b and float(fine[a] @ fine[b]) >= SAME_PHOTO:
                    pairs.append((a, b))
    return pairs


def _merged(pairs: Sequence[Sequence[SampleId]]) -> list[list[SampleId]]:
    """Pairs that share a sample as one group."""
    group_of: dict[SampleId, list[SampleId]] = {}
    for pair in pairs:
        together: list[SampleId] = []
        for sample in pair:
            for each in group_of.get(sample, [sample]):
                if each not in together:
                    together.append(each)
        for sample in together:
            group_of[sample] = together
    return list({id(group): group for group in group_of.values()}.values())
