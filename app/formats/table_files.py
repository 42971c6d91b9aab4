"""The tables of one dataset, as they are on disk now: read on first use, again when a file changed."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

from app.faces.attributes import Attributes
from app.faces.errors import DamagedFileError, FaceDataError, ReadOnlyError
from app.faces.sample import Loaded, Modality, Pose, Problem, SampleId
from app.faces.store import FileChange
from app.formats.files import DatasetFolder, Stamp, shown
from app.formats.impostors import HEAD, impostor
from app.formats.listing import counted, natural_order
from app.formats.tables import Table, attribute_patches, read_attributes, read_pose
from app.formats.tree import Places

NO_TABLE = "this dataset has no attribute table; put CelebAMask-HQ-attribute-anno.txt into it to edit attributes"


class TableFiles:
    """Reads rows of the attribute, pose and mapping tables and plans edits of attributes."""

    def __init__(self, folder: DatasetFolder, places: Places) -> None:
        self._folder = folder
        self.attributes = places.attribute_table
        self.pose = places.pose_table
        self.mapping = places.mapping_table
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Stamp | None, Table]] = {}
        self._planned: Table | None = None
        self._told: dict[str, tuple[Table | Stamp | None, Collection[str], list[str]]] = {}

    @property
    def paths(self) -> tuple[str | None, str | None, str | None]:
        """The attribute, pose and mapping tables there are."""
        return self.attributes, self.pose, self.mapping

    def has_row(self, sample: str, path: str | None) -> bool:
        """Whether a table has a row for the sample; a damaged table has none."""
        held = self._held.get(path or "")
        try:
            table = held[1] if held else self._table(path)
        except DamagedFileError:
            return False
        return table is not None and sample in table.rows

    def read_attributes(self, sample: str) -> Loaded[Attributes]:
        """The sample's row. The stamp is the table's; what counts on saving is that the row is still the one read."""
        path = self.attributes
        try:
            table = self._table(path)
        except DamagedFileError as error:
            return Loaded(None, {}, (Problem(Modality.ATTRIBUTES, path or "", f"{error}"),), f"{error}")
        if table is None or path is None:
            return Loaded(None)
        row = read_attributes(table, sample)
        if row is None:
            why = f"{shown(path)} has no row for sample {shown(sample)}; add one to edit its attributes"
            return Loaded(None, {path: table.digest}, read_only=why)
        problems = tuple(Problem(Modality.ATTRIBUTES, path, f"{shown(path)}: {text}") for text in row.problems)
        return Loaded(row.attributes, {path: table.digest}, problems, row.read_only)

    def plan(self, rows: Mapping[SampleId, tuple[Attributes | None, Attributes]]) -> list[FileChange]:
        """The table with the changed words of these samples' rows, over whatever its other rows say by now.

        Of each sample what was read and what is wanted. Raises ConflictError when a row is no longer the one that was
        read.
        """
        path = self.attributes
        if path is None:
            raise ReadOnlyError(f"the attributes of sample {next(iter(rows))} cannot be saved: {NO_TABLE}")
        try:
            table = self._parsed(self._folder.read(path))
        except FileNotFoundError:
            raise ReadOnlyError(f"{shown(path)} is gone; the attributes cannot be saved") from None
        patches = [
            patch
            for sample, (before, after) in rows.items()
            for patch in attribute_patches(table, sample, before, after)
        ]
        if not patches:
            return []
        self._planned = table.patched(patches)
        return [FileChange(self._folder.inside(path), table.digest, self._planned.data)]

    def _parsed(self, data: bytes) -> Table:
        """The table, taken apart anew only where it is not what the last plan made of it: a selection of thousands is
        saved row by row, and 30,000 rows take a tenth of a second."""
        planned = self._planned
        return planned if planned is not None and planned.data == data else Table.from_bytes(data)

    def read_pose(self, sample: str) -> Loaded[Pose]:
        """The sample's row of the pose table."""
        path = self.pose
        try:
            table = self._table(path)
            if table is None or path is None:
                return Loaded(None)
            return Loaded(read_pose(table, sample), {path: table.digest})
        except DamagedFileError as error:
            return Loaded(None, {}, (Problem(Modality.POSE, path or "", f"{shown(path or '')}: {error}"),))

    def celeba_file(self, sample: str) -> str | None:
        """The photo's name in the original CelebA, by the mapping table; None where there is no table or row."""
        table = self._table(self.mapping)
        words = table.texts(sample) if table else None
        return words[1] if words is not None and len(words) > 1 else None

    def problems(self, known: Collection[str]) -> list[Problem]:
        """What is wrong with the tables as a whole: all of it for those that were read by now, of the others what their
        first bytes tell. ``known`` are the dataset's samples."""
        found = []
        modalities = (Modality.ATTRIBUTES, Modality.POSE, Modality.PHOTO)
        for modality, path in zip(modalities, self.paths, strict=True):
            if path is None:
                continue
            found += [Problem(modality, path, f"{shown(path)}: {notice}") for notice in self._notices(path, known)]
        return found

    def _notices(self, path: str, known: Collection[str]) -> list[str]:
        """Asked for at every turn of the window: the answer is kept while file and samples are the same."""
        held = self._held.get(path)
        state = held[1] if held is not None else self._folder.stamp(path)
        told = self._told.get(path)
        if told is None or told[0] != state or told[1] is not known:
            notices = list(held[1].notices) if held is not None else self._peeked(path)
            if held is not None and (foreign := natural_order(held[1].rows.keys() - known)):
                notices.append(f"rows of samples that are not here, kept: {counted(foreign)}")
            told = self._told[path] = (state, known, notices)
        return told[2]

    def _peeked(self, path: str) -> list[str]:
        try:
            what = impostor(self._folder.head(path, HEAD))
        except (FileNotFoundError, FaceDataError):
            return []
        return [what] if what is not None else []

    def _table(self, path: str | None) -> Table | None:
        if path is None:
            return None
        try:
            state = self._folder.stamp(path)
            with self._lock:
                held = self._held.get(path)
                if held is None or state is None or held[0] != state:
                    held = self._held[path] = (state, self._parsed(self._folder.read(path)))
            return held[1]
        except FileNotFoundError:
            raise DamagedFileError(f"{shown(path)} is gone since the dataset was opened") from None
        except OSError as error:
            raise DamagedFileError(f"{shown(path)} cannot be read: {error.strerror}; check its permissions") from None
        except FaceDataError as error:
            raise DamagedFileError(f"{shown(path)}: {error}") from None
