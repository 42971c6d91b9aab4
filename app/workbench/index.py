"""Building and refreshing what makes thirty thousand samples searchable: the catalog, decoded masks and thumbnails.

Names come first, then tables, captions, thumbnails and the figures of masks. Each step skips what its files' sizes and
times say is unchanged, so that the job may be stopped anywhere and goes on where it was. A sample that cannot be read
is reported and passed over. Nothing is ever written inside the dataset.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.catalog.catalog import Catalog
from app.catalog.mask_cache import MaskCache
from app.catalog.names import BY_NAME, NamesChange
from app.catalog.places import CatalogPlaces
from app.catalog.stamps import stamp_of
from app.catalog.tables import TableRow, Tables
from app.catalog.thumbnails import ThumbnailPack
from app.faces.errors import FaceDataError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.jobs import Gate, Progress, Silent
from app.workbench.children import are_possible
from app.workbench.readers import FEW, Readers, core_count
from app.workbench.reading import THUMBNAIL_SIDE, Reading
from app.workbench.worklist import Worklist, tasks_for

TABLES, CAPTIONS, THUMBNAILS, CONTENTS = "tables", "captions", "thumbnails", "contents"
ALL_PARTS = (TABLES, CAPTIONS, THUMBNAILS, CONTENTS)
"""In the order in which they are done. Names are always done, before all of them."""

MODALITY_OF = {CAPTIONS: Modality.CAPTIONS, THUMBNAILS: Modality.PHOTO, CONTENTS: Modality.MASK}
"""What is read for each part that is read sample by sample."""

_BATCH = 256
_BATCH_S = 0.5
"""What was read is written after so many samples or seconds: a stop costs no more than that."""


@dataclass(frozen=True, slots=True)
class IndexProblem:
    """A sample that could not be read as it should."""

    sample: SampleId
    message: str


@dataclass(slots=True)
class IndexReport:
    """What an index pass did: ``read`` counts by part what was not known before."""

    samples: int = 0
    names: NamesChange = field(default_factory=NamesChange)
    read: dict[str, int] = field(default_factory=dict)
    problems: list[IndexProblem] = field(default_factory=list)
    notices: tuple[str, ...] = ()
    seconds: float = 0.0


def build_index(
    store: SampleStore,
    places: CatalogPlaces,
    *,
    parts: Sequence[str] = ALL_PARTS,
    samples: Sequence[SampleId] | None = None,
    first: Sequence[SampleId] = (),
    progress: Progress | None = None,
    gate: Gate | None = None,
    workers: int | None = None,
    nice: int = 0,
    rebuild: bool = False,
    on_work: Callable[[str, Worklist], None] | None = None,
    into: Catalog | None = None,
) -> IndexReport:
    """The catalog and its packs know the parts of all samples, or of ``samples``, as their files are now.

    ``first`` are read before the others. ``workers`` reading processes are used: by default one per core for more than
    a few samples, none (the calling thread reads) for few. ``rebuild`` begins with empty files. ``progress`` is told
    samples done per part, the part as the note. ``on_work`` is handed the worklist of a part when it begins.
    ``into`` is filled instead of the catalog's file, which it needs not have: one in memory is reached by no other way.

    Raises Cancelled through the gate or the progress, after what was read is written; SaveError when the cache's disk
    refuses, DatasetBusyError when another program keeps writing to the catalog.
    """
    began = time.monotonic()
    if rebuild:
        for file in (places.catalog, places.masks, places.thumbnails):
            _remove(file)
    with nullcontext(into) if into is not None else Catalog.open(places) as catalog:
        job = _Pass(store, catalog, places, progress or Silent(), gate or Gate())
        try:
            job.names(samples)
            chosen = list(_ordered(store, samples, first))
            count = workers if workers is not None else _workers_for(len(chosen))
            job.readers = Readers(store, count, nice=nice)
            for part in ALL_PARTS:
                if part in parts and part == TABLES:
                    job.tables()
                elif part in parts:
                    job.part(part, chosen, on_work)
        finally:
            job.close()
        job.report.samples = len(store.sample_ids)
        job.report.notices = tuple(catalog.notices)
    job.report.seconds = time.monotonic() - began
    return job.report


def tables_stamp(store: SampleStore) -> bytes:
    """The stamp of the tables as they are now; empty when one of them is gone."""
    return stamp_of(store.root, store.tables) or b""


class _Pass:
    """One run: the only writer, while readers read."""

    def __init__(
        self, store: SampleStore, catalog: Catalog, places: CatalogPlaces, progress: Progress, gate: Gate
    ) -> None:
        self.report = IndexReport()
        self.readers: Readers | None = None
        self._store = store
        self._catalog = catalog
        self._masks = MaskCache(places.masks)
        self._thumbnails = ThumbnailPack(places.thumbnails)
        self._progress = progress
        self._gate = gate

    def close(self) -> None:
        """No child is left, the packs are closed."""
        if self.readers is not None:
            self.readers.close()
        self._masks.close()
        self._thumbnails.close()

    def names(self, samples: Sequence[SampleId] | None) -> None:
        """The catalog has the store's samples. For a few samples all names are compared only where theirs differ."""
        if samples is not None and len(samples) < len(self._store.sample_ids) and self._names_agree(samples):
            return
        self.report.names = self._catalog.take_names(self._store)
        self._catalog.read_masks_in(self._store.scheme)

    def _names_agree(self, samples: Sequence[SampleId]) -> bool:
        columns = self._catalog.columns
        if len(columns) != len(self._store.sample_ids):
            return False
        for sample in samples:
            row = columns.row_of.get(sample)
            if row is None or sample not in self._store:
                return False
            bits = self._store.class_bits(sample)
            if bits is not None and (not columns.classes_known[row] or int(columns.named[row]) != bits):
                return False
            if any(bool(columns.has(modality)[row]) != self._store.has(sample, modality) for modality in BY_NAME):
                return False
        return True

    def tables(self) -> None:
        """Attributes, poses and the numbers of the original CelebA are those of the tables on disk."""
        self._gate.enter()
        store = self._store
        ids = store.sample_ids
        stamp = tables_stamp(store)
        if stamp and self._catalog.tables_stamp == stamp:
            return
        rows: dict[SampleId, TableRow] = {}
        names: tuple[str, ...] = ()
        told: set[str] = set()
        for done, sample in enumerate(ids):
            if done % 1000 == 0:
                self._progress.report(done, len(ids), TABLES)
                self._gate.enter()
            attributes, pose = store.read_attributes(sample), store.read_pose(sample)
            for problem in (*attributes.problems, *pose.problems):
                if problem.message not in told:  # a damaged table says the same for every sample
                    told.add(problem.message)
                    self.report.problems.append(IndexProblem(sample, problem.message))
            celeba = None
            with suppress(FaceDataError):
                celeba = store.celeba_file(sample)
            row = TableRow(attributes.value, pose.value, celeba)
            if row != TableRow():
                rows[sample] = row
            if attributes.value is not None and not names:
                names = attributes.value.names
        self._catalog.put_tables(Tables(names, rows, stamp))
        self.report.read[TABLES] = len(rows)
        self._progress.report(len(ids), len(ids), TABLES)

    def part(self, part: str, samples: Sequence[SampleId], on_work: Callable[[str, Worklist], None] | None) -> None:
        """One part of the samples is known as their files are now."""
        assert self.readers is not None
        there = [sample for sample in samples if self._store.has(sample, MODALITY_OF[part])]
        known = self._known(part)
        if part == THUMBNAILS and self._thumbnails.is_full:  # what it dropped would push out others
            there = [sample for sample in there if sample in known["thumbnail"]]
        work = Worklist(tasks_for(part, there, known))
        if on_work is not None:
            on_work(part, work)
        self.report.read.setdefault(part, 0)
        unwritten: list[Reading] = []
        done, written_at = 0, time.monotonic()
        try:
            for readings in self.readers.read(work, self._gate):
                for reading in readings or ():
                    done += 1
                    if work.is_current(reading):
                        unwritten.append(reading)
                if len(unwritten) >= _BATCH or time.monotonic() - written_at > _BATCH_S:
                    batch, unwritten = unwritten, []
                    self._write(part, batch)
                    written_at = time.monotonic()
                self._progress.report(done, work.total, part)
        finally:
            self._write(part, unwritten)
        self._progress.report(done, work.total, part)

    def _known(self, part: str) -> Mapping[str, Mapping[SampleId, bytes]]:
        """The stamps by the names that tasks have for them. A full pack is not filled again with what it dropped."""
        if part == CAPTIONS:
            return {"captions": self._catalog.stamps(CAPTIONS)}
        if part == THUMBNAILS:
            return {"thumbnail": self._thumbnails.stamps("photo", THUMBNAIL_SIDE)}
        contents = self._catalog.stamps(CONTENTS)
        masks = self._masks.stamps()
        return {"contents": contents, "mask": {**contents, **masks} if self._masks.is_full else masks}

    def _write(self, part: str, readings: Sequence[Reading]) -> None:
        for reading in readings:
            self.report.problems += [IndexProblem(reading.task.sample, problem) for problem in reading.problems]
        if part == CAPTIONS:
            captions = [(r.task.sample, r.captions.stamp, r.captions.texts) for r in readings if r.captions]
            if captions:
                self._catalog.put_captions(captions)
            self.report.read[part] += len(captions)
        elif part == THUMBNAILS:
            made = [(r.task.sample, r.thumbnail.stamp, r.thumbnail.jpeg) for r in readings if r.thumbnail]
            self._thumbnails.put_all("photo", THUMBNAIL_SIDE, made)
            self.report.read[part] += len(made)
        else:
            masks = [(r.task.sample, r.mask) for r in readings if r.mask]
            # The pack first: what the catalog says was read has its decoded mask.
            self._masks.put_all((sample, mask.stamp, mask.blob) for sample, mask in masks if mask.blob is not None)
            if masks:
                self._catalog.put_contents([(sample, mask.stamp, mask.contents) for sample, mask in masks])
            self.report.read[part] += len(masks)


def _ordered(store: SampleStore, samples: Sequence[SampleId] | None, first: Sequence[SampleId]) -> Sequence[SampleId]:
    """The samples of the store that are wanted, each once, the first ones in front."""
    chosen = store.sample_ids if samples is None else samples
    wanted = None if samples is None else set(samples)
    front = [sample for sample in first if wanted is None or sample in wanted]
    return [sample for sample in dict.fromkeys((*front, *chosen)) if sample in store]


def _workers_for(count: int) -> int:
    return core_count() if count > FEW and are_possible() else 0


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            file.with_name(file.name + ending).unlink()
