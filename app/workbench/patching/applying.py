"""Putting a patch onto a dataset: undoable edits through the document, sample by sample, or a list of what they were.

A sample is taken whole or not at all. What its owner changed in the same places is named and, unless somebody says
whose version counts, the sample stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.document.document import Document
from app.document.edits import Edit, MaskEdit, NewMask, ReplaceCaptions, SetAttribute
from app.faces.errors import DamagedFileError, FaceDataError, ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.imaging.raster import Rect
from app.jobs import Progress, Silent
from app.workbench.bulk import UNSAVED_BEFORE
from app.workbench.patching.differences import (
    Keep,
    MaskDifference,
    Merged,
    attribute_hash,
    caption_hash,
    mask_hash,
)
from app.workbench.patching.patch_file import PatchReader, SampleDifference
from app.workbench.runs import Run, moved_since, places
from app.workbench.saving import SAVED_AT_ONCE, save_or_take_back

LABEL = "Apply patch"


@dataclass(slots=True)
class ApplyReport:
    """What became of every sample of a patch.

    ``applied`` maps a sample to what was (in a dry run: would be) changed in words, ``unchanged`` have it all already,
    ``conflicts`` name what both sides changed, ``skipped`` say why a sample was left alone, ``missing`` are not in the
    dataset. A sample with ``keep`` told may be in ``applied`` and ``conflicts``.
    """

    dry_run: bool
    applied: dict[SampleId, list[str]] = field(default_factory=dict)
    unchanged: list[SampleId] = field(default_factory=list)
    conflicts: dict[SampleId, list[str]] = field(default_factory=dict)
    skipped: dict[SampleId, str] = field(default_factory=dict)
    missing: list[SampleId] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether the dataset has all of the patch now, and nothing needed a decision."""
        return not (self.conflicts or self.skipped or self.missing)


@dataclass(slots=True)
class _Planned:
    """The edits of one sample in order, the same in words, and what stands against them."""

    edits: list[Edit] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def apply_patch(
    document: Document,
    path: Path,
    *,
    ids: Iterable[SampleId] | None = None,
    keep: Keep | None = None,
    dry_run: bool = False,
    save: bool = True,
    progress: Progress | None = None,
) -> ApplyReport:
    """Make the patch's changes on the document's dataset, for ``ids`` or all of its samples.

    With ``save`` they are in the files when this returns; else they are unsaved edits. Raises DamagedFileError or
    UnsafeFileError when the file is no patch, and then nothing was changed.
    """
    progress = progress or Silent()
    wanted = None if ids is None else set(ids)
    report = ApplyReport(dry_run)
    offered = {offer.sample for offer in document.recovered()}
    pending: list[SampleId] = []
    run = Run.begin(document, LABEL)
    with PatchReader(path) as patch:
        patch.check()
        try:
            for done, difference in enumerate(patch.differences()):
                sample = difference.sample
                progress.report(done, len(patch), f"sample {sample}")
                if wanted is not None and sample not in wanted:
                    continue
                if sample not in document.store:
                    report.missing.append(sample)
                elif sample in offered:
                    report.skipped[sample] = UNSAVED_BEFORE
                else:
                    before = places(document, [sample])
                    _apply(document, difference, keep, report)
                    pending.append(sample)
                    if save and (moved := moved_since(document, before)):
                        run.note_steps(moved)
                if save and not dry_run and len(pending) >= SAVED_AT_ONCE:
                    _save(document, pending, report)
        finally:
            if save and not dry_run:
                _save(document, pending, report)
        progress.report(len(patch), len(patch))
    return report


def _apply(document: Document, difference: SampleDifference, keep: Keep | None, report: ApplyReport) -> None:
    sample = difference.sample
    try:
        planned = _plan(document, difference, keep)
    except (OSError, FaceDataError) as error:
        report.skipped[sample] = str(error)
        return
    if planned.conflicts:
        report.conflicts[sample] = planned.conflicts
        if keep is None:
            return
    if not planned.edits:
        if not planned.conflicts:
            report.unchanged.append(sample)
        return
    if not report.dry_run:
        steps = 0
        try:
            for edit in planned.edits:
                steps += document.do(edit) is not None
        except (OSError, FaceDataError) as error:
            for _ in range(steps):
                document.undo(sample)
            report.skipped[sample] = str(error)
            return
    report.applied[sample] = planned.words


def _plan(document: Document, difference: SampleDifference, keep: Keep | None) -> _Planned:
    planned = _Planned()
    if difference.mask is not None:
        _plan_mask(document, difference.sample, difference.mask, keep, planned)
    if (lines := difference.captions) is not None:
        captions = document.captions(difference.sample)
        told = lines.onto(captions, keep)
        _require_result(caption_hash(captions), lines.original, caption_hash(told.value), lines.result)
        count = len(lines.edits) or len(lines.replaced[1] if lines.replaced else ())
        if _takes(document, difference.sample, Modality.CAPTIONS, told, keep, planned):
            planned.edits.append(ReplaceCaptions(difference.sample, told.value, LABEL))
            planned.words.append(f"captions: {count} {'line' if count == 1 else 'lines'}")
    if (values := difference.attributes) is not None:
        attributes = document.attributes(difference.sample)
        said = values.onto(attributes, keep)
        _require_result(attribute_hash(attributes), values.original, attribute_hash(said.value), values.result)
        if attributes is not None and _takes(document, difference.sample, Modality.ATTRIBUTES, said, keep, planned):
            names = [name for name in said.value if said.value[name] is not attributes[name]]
            planned.edits += [SetAttribute(difference.sample, name, said.value[name]) for name in names]
            planned.words.append(f"attributes: {', '.join(names)}")
    return planned


def _plan_mask(
    document: Document, sample: SampleId, difference: MaskDifference, keep: Keep | None, planned: _Planned
) -> None:
    mask = document.mask(sample)
    merged = difference.onto(mask, keep)
    _require_result(mask_hash(mask), difference.original, mask_hash(merged.value), difference.result)
    if not _takes(document, sample, Modality.MASK, merged, keep, planned):
        return
    if mask is None:
        exclusive = document.store.class_bits(sample) is None
        planned.edits.append(NewMask(sample, difference.shape, exclusive=exclusive))
        mask = MaskLayers.empty(difference.shape)
    region = _around(merged.value.bits != mask.bits)
    planned.edits.append(MaskEdit(sample, region, merged.value.bits[region.slices].copy(), LABEL))
    count = int(np.count_nonzero(merged.value.bits != mask.bits))
    planned.words.append(f"mask: {count:,} {'pixel' if count == 1 else 'pixels'} ({', '.join(difference.counts())})")


def _takes(
    document: Document, sample: SampleId, modality: Modality, merged: Merged[Any], keep: Keep | None, planned: _Planned
) -> bool:
    """Whether the merged value is to be written. Raises ReadOnlyError where it cannot be."""
    planned.conflicts += merged.conflicts
    if not merged.is_changed or (merged.conflicts and keep is None):
        return False
    if why := document.read_only(sample, modality):
        raise ReadOnlyError(f"the {modality.value} cannot be changed: {why}")
    return True


def _require_result(here: str | None, original: str | None, merged: str | None, result: str | None) -> None:
    """On a value that is the maker's original the patch must give the maker's result."""
    if here == original and merged != result and not (result is None and merged is not None):
        raise DamagedFileError("the patch does not give what its maker had; get it again")


def _around(changed: np.ndarray[Any, np.dtype[np.bool_]]) -> Rect:
    rows = np.flatnonzero(changed.any(axis=1))
    columns = np.flatnonzero(changed.any(axis=0))
    left, top = int(columns[0]), int(rows[0])
    return Rect(left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)


def _save(document: Document, samples: list[SampleId], report: ApplyReport) -> None:
    """The samples are in the files; of what could not be written the report says why instead."""
    for sample, why in save_or_take_back(document, samples).items():
        report.applied.pop(sample, None)
        report.skipped[sample] = why
    samples.clear()
