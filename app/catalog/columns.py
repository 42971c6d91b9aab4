"""What the catalog knows, as arrays in memory: one row per sample, in the dataset's natural order.

Filtering thirty thousand samples by classes and attributes is then one operation on two arrays of bit sets, a fifth of
a millisecond. The figures of masks (13 MB for thirty thousand samples) come into memory when somebody first asks.
Review marks and the like are only mirrored here: they belong to the document, which sets them through the catalog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from app.catalog.contents import FIGURES
from app.catalog.schema import FACTS, INDEXED, NOT_NAMED, TABLED, UNREADABLE
from app.faces.classes import ALL_BITS
from app.faces.review import Review, ReviewState
from app.faces.sample import Modality, SampleId

Rows = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

MODALITY_BIT: Mapping[Modality, int] = {modality: 1 << number for number, modality in enumerate(Modality)}
STATE_NUMBER: Mapping[ReviewState, int] = {state: number for number, state in enumerate(ReviewState)}


class Columns:
    """Arrays of length ``len(columns)``; they belong to the catalog, which changes them in place.

    ``ids`` are the samples in natural order, ``keys`` int64 their numbers in the database. ``have`` uint8 has
    ``MODALITY_BIT`` of each modality there is. ``classes`` uint32 is the set of classes with pixels, where the mask was
    read, else of those with files; ``classes_known`` bool, whether it is either. ``indexed`` bool: the mask was read;
    ``unreadable`` bool: reading it failed, and its figures are zeros. ``caption_count`` int32 is −1 until the file was
    read. ``tabled`` bool: the tables were read; ``yes`` and ``known`` uint64 have a bit for each of
    ``attribute_names``; ``yaw``, ``pitch``, ``roll`` float32 are NaN without a pose. ``split`` int16 is a position in
    ``split_names`` or −1.

    Mirrors: ``state`` uint8 (``STATE_NUMBER``), ``tags`` (tag → bool array), ``notes`` (row → text), ``edited`` and
    ``unsaved`` bool, ``findings`` (check → bool array), ``inspected`` bool.
    """

    def __init__(
        self,
        ids: Iterable[SampleId] = (),
        keys: Rows | None = None,
        facts: npt.NDArray[np.void] | None = None,
        *,
        attribute_names: tuple[str, ...] = (),
        split_names: tuple[str, ...] = (),
    ) -> None:
        self.ids = tuple(ids)
        count = len(self.ids)
        self.keys: Rows = np.zeros(0, np.int64) if keys is None else keys
        self.attribute_names = attribute_names
        self.split_names = split_names
        self.have = np.zeros(count, np.uint8)
        self.split = np.zeros(count, np.int16)
        self.named = np.zeros(count, np.uint32)
        self.present = np.zeros(count, np.uint32)
        self.flags = np.zeros(count, np.uint8)
        self.caption_count = np.zeros(count, np.int32)
        self.yes = np.zeros(count, np.uint64)
        self.known = np.zeros(count, np.uint64)
        self.yaw = np.zeros(count, np.float32)
        self.pitch = np.zeros(count, np.float32)
        self.roll = np.zeros(count, np.float32)
        self.classes = np.zeros(count, np.uint32)
        self.classes_known = np.zeros(count, np.bool_)
        self.indexed = np.zeros(count, np.bool_)
        self.unreadable = np.zeros(count, np.bool_)
        self.tabled = np.zeros(count, np.bool_)
        self.read_figure: Callable[[str], npt.NDArray[Any]] | None = None
        self.read_celeba: Callable[[], dict[int, str]] | None = None
        self._figures: dict[str, npt.NDArray[Any]] = {}
        self._celeba: dict[str, int] | None = None
        self._row_of: dict[str, int] | None = None
        self._key_order: Rows | None = None
        self.state = np.zeros(count, np.uint8)
        self.tags: dict[str, Marks] = {}
        self.notes: dict[int, str] = {}
        self.edited = np.zeros(count, np.bool_)
        self.unsaved = np.zeros(count, np.bool_)
        self.findings: dict[str, Marks] = {}
        self.inspected: Marks = np.zeros(count, np.bool_)
        if facts is not None:
            self.set_facts(slice(None), facts)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def row_of(self) -> Mapping[str, int]:
        """Sample id → row."""
        if self._row_of is None:
            self._row_of = dict(zip(self.ids, range(len(self.ids)), strict=True))
        return self._row_of

    def rows_of(self, samples: Iterable[SampleId]) -> Rows:
        """The rows of those of the samples that are known, in the order given."""
        row_of = self.row_of
        return np.fromiter((row_of[s] for s in samples if s in row_of), np.int64)

    def rows_of_keys(self, keys: Rows) -> Rows:
        """The rows of those of the keys that are known, in the order given."""
        if not len(self.keys):
            return np.zeros(0, np.int64)
        if self._key_order is None:
            self._key_order = np.argsort(self.keys, kind="stable")
        places = np.minimum(np.searchsorted(self.keys, keys, sorter=self._key_order), len(self.keys) - 1)
        rows = self._key_order[places]
        return rows if np.array_equal(self.keys[rows], keys) else rows[self.keys[rows] == keys]

    def has(self, modality: Modality) -> Marks:
        """Which samples have the modality (attributes and pose: as far as ``tabled``)."""
        there: Marks = (self.have & MODALITY_BIT[modality]) != 0
        return there

    def known_for(self, part: str) -> Marks:
        """For which samples a part is known: what was not read yet, or a sample that has nothing to read."""
        match part:
            case "names":
                return np.ones(len(self), np.bool_)
            case "tables":
                return self.tabled.copy()
            case "captions":
                counted: Marks = self.caption_count >= 0
                return counted
            case "contents":
                return self.indexed | ~self.has(Modality.MASK)
        raise KeyError(part)

    def coverage(self, part: str) -> tuple[int, int]:
        """How many samples are known in that part, of how many."""
        return int(np.count_nonzero(self.known_for(part))), len(self)

    # figures of masks, read on first use

    def figure(self, name: str) -> npt.NDArray[Any]:
        """One of ``FIGURES`` with a row per sample; zeros (centroids: NaN) where no mask was read."""
        found = self._figures.get(name)
        if found is None:
            shape, dtype = FIGURES[name]
            found = self.read_figure(name) if self.read_figure else np.zeros((len(self), *shape), dtype)
            self._figures[name] = found
        return found

    @property
    def size(self) -> npt.NDArray[np.uint32]:
        """(n, 2): height and width of the mask."""
        return self.figure("size")

    @property
    def areas(self) -> npt.NDArray[np.uint32]:
        """(n, 18): pixels of each layer at ``official id − 1``."""
        return self.figure("areas")

    @property
    def seen(self) -> npt.NDArray[np.uint32]:
        """(n, 19): pixels of each class as flattened, by official id."""
        return self.figure("seen")

    @property
    def boxes(self) -> npt.NDArray[np.uint16]:
        """(n, 18, 4): x, y, width, height of each layer."""
        return self.figure("boxes")

    @property
    def centroids(self) -> npt.NDArray[np.float32]:
        """(n, 18, 2): x, y in 0…1 of the picture, NaN where the class is absent."""
        return self.figure("centroids")

    @property
    def celeba(self) -> Mapping[str, int]:
        """Stem of the photo's name in the original CelebA (``119614``) → row, where the mapping table was read."""
        if self._celeba is None:
            files = self.read_celeba() if self.read_celeba else {}
            keys = np.fromiter(files, np.int64, len(files))
            stems = [file.rpartition(".")[0] or file for file in files.values()]
            rows = self.rows_of_keys(keys)
            self._celeba = dict(zip(stems, rows.tolist(), strict=True)) if len(rows) == len(stems) else {}
        return self._celeba

    # for the catalog

    def set_facts(self, rows: Rows | slice, facts: npt.NDArray[np.void]) -> None:
        """Take over records from the database; values that cannot be are made harmless."""
        self.have[rows] = facts["have"]
        self.flags[rows] = facts["flags"]
        split = facts["split"]
        self.split[rows] = np.where((split >= 0) & (split < len(self.split_names)), split, -1)
        self.named[rows] = facts["named"]
        self.present[rows] = facts["present"] & np.uint32(ALL_BITS)
        self.caption_count[rows] = facts["caption_count"]
        known = facts["known"] & np.uint64((1 << len(self.attribute_names)) - 1)
        self.known[rows] = known
        self.yes[rows] = facts["yes"] & known
        for name in ("yaw", "pitch", "roll"):
            getattr(self, name)[rows] = facts[name]
        self._derive(rows)

    def _derive(self, rows: Rows | slice) -> None:
        flags, named, have = self.flags[rows], self.named[rows], self.have[rows]
        unreadable = (flags & UNREADABLE) != 0
        indexed = ((flags & INDEXED) != 0) & ~unreadable
        self.unreadable[rows] = unreadable
        self.indexed[rows] = (flags & INDEXED) != 0
        self.tabled[rows] = (flags & TABLED) != 0
        has_mask = (have & MODALITY_BIT[Modality.MASK]) != 0
        is_named = named != NOT_NAMED
        names = np.where(is_named & has_mask, named & np.uint32(ALL_BITS), 0)
        self.classes[rows] = np.where(indexed, self.present[rows], names)
        self.classes_known[rows] = indexed | is_named | ~has_mask

    def facts(self, rows: Rows) -> npt.NDArray[np.void]:
        """The records of rows, as they are kept."""
        records = np.zeros(len(rows), FACTS)
        for name in FACTS.names or ():
            records[name] = getattr(self, name)[rows]
        return records

    def drop_figures(self) -> None:
        """What was read of masks is read again when somebody asks."""
        self._figures.clear()

    @property
    def loaded_figures(self) -> Mapping[str, npt.NDArray[Any]]:
        """The figures that are in memory, to be brought up to date."""
        return self._figures

    def drop_celeba(self) -> None:
        """The mapping is read again when somebody asks."""
        self._celeba = None

    # mirrors

    def mirror_review(self, row: int, review: Review) -> None:
        """One sample's marks."""
        self.state[row] = STATE_NUMBER[review.state]
        for tag, marked in self.tags.items():
            if tag not in review.tags:
                marked[row] = False
        for tag in review.tags:
            self.tags.setdefault(tag, np.zeros(len(self), np.bool_))[row] = True
        if review.note:
            self.notes[row] = review.note
        else:
            self.notes.pop(row, None)

    def mirror_reviews(self, reviews: Mapping[SampleId, Review]) -> None:
        """All marks there are."""
        by_state: dict[ReviewState, list[SampleId]] = {}
        by_tag: dict[str, list[SampleId]] = {}
        noted: dict[SampleId, str] = {}
        for sample, review in reviews.items():
            by_state.setdefault(review.state, []).append(sample)
            for tag in review.tags:
                by_tag.setdefault(tag, []).append(sample)
            if review.note:
                noted[sample] = review.note
        self.state = np.zeros(len(self), np.uint8)
        for state, samples in by_state.items():
            self.state[self.rows_of(samples)] = STATE_NUMBER[state]
        self.tags = {tag: self._those(samples) for tag, samples in by_tag.items()}
        self.notes = {self.row_of[sample]: note for sample, note in noted.items() if sample in self.row_of}

    def mirror_edited(self, samples: Iterable[SampleId]) -> None:
        """Those whose files were changed by us."""
        self.edited = self._those(samples)

    def mirror_unsaved(self, samples: Iterable[SampleId]) -> None:
        """Those with edits that are not in their files."""
        self.unsaved = self._those(samples)

    def mirror_findings(self, findings: Mapping[SampleId, frozenset[str]], checks: Iterable[str] = ()) -> None:
        """What checks said, by their names, of the samples that were looked at; ``checks`` are those there are."""
        self.inspected = self._those(findings)
        by_check: dict[str, list[SampleId]] = {check: [] for check in checks}
        for sample, checks in findings.items():
            for check in checks:
                by_check.setdefault(check, []).append(sample)
        self.findings = {check: self._those(samples) for check, samples in by_check.items()}

    def _those(self, samples: Iterable[SampleId]) -> Marks:
        marks = np.zeros(len(self), np.bool_)
        chosen = tuple(samples)
        if chosen:  # the dictionary of rows is not made for nobody
            marks[self.rows_of(chosen)] = True
        return marks
