"""Making a patch: what the kept originals said, beside what the files say now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from app.document.document import Document
from app.document.originals import Originals
from app.faces.errors import DamagedFileError, ExportError, FaceDataError
from app.faces.sample import Loaded, Modality, SampleId
from app.faces.store import SampleStore
from app.formats.files import sha256
from app.jobs import Progress, Silent
from app.workbench.patching.differences import AttributeDifference, CaptionDifference, MaskDifference
from app.workbench.patching.earlier import Changed, FilePairs, as_it_was, files_between
from app.workbench.patching.patch_file import SampleDifference, Source, write_patch

_BATCH = 100
T = TypeVar("T")
D = TypeVar("D")


@dataclass(slots=True)
class MakeReport:
    """``samples`` are in the patch; ``skipped`` says of a sample why its changes are not. ``size`` in bytes.

    ``sketches`` are samples with another sketch than before, which is never in a patch: it is drawn from the photo and
    as good as it, and a JPEG cannot be told by what changed. ``facewright sketch`` draws it again elsewhere.
    """

    path: Path
    samples: list[SampleId] = field(default_factory=list)
    masks: int = 0
    captions: int = 0
    attributes: int = 0
    sketches: list[SampleId] = field(default_factory=list)
    skipped: dict[SampleId, str] = field(default_factory=dict)
    unsaved: int = 0
    size: int = 0


def make_patch(
    document: Document,
    target: Path,
    *,
    ids: Iterable[SampleId] | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> MakeReport:
    """Everything that saves of this program changed since the originals, of ``ids`` or all, is in the zip ``target``.

    Unsaved edits are not, they are only counted. Where nothing differs no file is written. Raises ExportError where
    ``target`` is there already, SaveError.
    """
    if target.exists() and not overwrite:
        raise ExportError(f"{target} is there already; choose another name or say --overwrite")
    store = document.store
    changed = Changed(Originals(document.work.objects))
    wanted = None if ids is None else set(ids)
    chosen = [s for s in store.sample_ids if s in changed.samples and (wanted is None or s in wanted)]
    report = MakeReport(target, unsaved=len({*document.unsaved(), *(offer.sample for offer in document.recovered())}))
    source = Source(Path(os.path.realpath(store.root)).name, store.layout, store.scheme.name)
    write_patch(target, source, _told(_differences(store, chosen, changed, report, progress or Silent()), report))
    if report.samples:
        report.size = target.stat().st_size
    return report


def _told(differences: Iterator[SampleDifference], report: MakeReport) -> Iterator[SampleDifference]:
    for difference in differences:
        report.samples.append(difference.sample)
        report.masks += difference.mask is not None
        report.captions += difference.captions is not None
        report.attributes += difference.attributes is not None
        yield difference


def _differences(
    store: SampleStore, samples: list[SampleId], changed: Changed, report: MakeReport, progress: Progress
) -> Iterator[SampleDifference]:
    done = 0
    for first in range(0, len(samples), _BATCH):
        batch = samples[first : first + _BATCH]
        kept = [sample for sample in batch if _has_originals(sample, changed, report)]
        if not kept:
            continue
        with ExitStack() as folders:
            try:
                earlier = folders.enter_context(as_it_was(store, kept, changed))
            except (OSError, FaceDataError) as error:
                report.skipped |= dict.fromkeys(kept, f"its originals cannot be laid out: {error}")
                continue
            for sample in kept:
                try:
                    difference = _difference(earlier, store, sample)
                    if _has_other_sketch(store, sample, changed):
                        report.sketches.append(sample)
                except (OSError, FaceDataError) as error:
                    report.skipped[sample] = str(error)
                else:
                    if not difference.is_empty:
                        yield difference
                progress.report(done := done + 1, len(samples))


def _has_other_sketch(store: SampleStore, sample: SampleId, changed: Changed) -> bool:
    paths = changed.samples[sample].intersection(store.files(sample, Modality.SKETCH))
    return any(sha256((store.root / path).read_bytes()) != changed.first[path] for path in paths)


def _has_originals(sample: SampleId, changed: Changed, report: MakeReport) -> bool:
    try:
        for path in changed.samples[sample]:
            changed.original(path)
    except (OSError, FaceDataError) as error:
        report.skipped[sample] = str(error)
        return False
    return True


def _difference(earlier: SampleStore, store: SampleStore, sample: SampleId) -> SampleDifference:
    files: FilePairs = {}

    def compared(
        read: Callable[[SampleStore], Loaded[T]], between: Callable[[T | None, T | None], D | None]
    ) -> D | None:
        before, after = read(earlier), read(store)
        _require_read(before)
        _require_read(after)
        difference = between(before.value, after.value)
        if difference is not None:
            files.update(files_between(before.stamps, after.stamps))
        return difference

    return SampleDifference(
        sample,
        compared(lambda s: s.read_mask(sample), MaskDifference.between),
        compared(lambda s: s.read_captions(sample), CaptionDifference.between),
        compared(lambda s: s.read_attributes(sample), AttributeDifference.between),
        files,
    )


def _require_read(loaded: Loaded[Any]) -> None:
    """A file that is damaged is not one that is gone."""
    if loaded.value is None and any(loaded.stamps.values()) and loaded.problems:
        raise DamagedFileError(loaded.problems[0].message)
