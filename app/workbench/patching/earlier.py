"""A dataset as it was before this program changed it: its kept originals, laid out again and opened as a dataset.

Which files hold a sample is the layout's business; so the originals are put where they were, in a folder of their own,
and the same layout reads them there. That is done for a few samples at a time: the folder stays small.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from app.document import disk
from app.document.originals import Originals
from app.faces.errors import DamagedFileError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats import open_store

_PHOTO_HEAD = 65_536
"""Bytes of a photo: what names and sizes are told from. Its pixels are nobody's question here."""


class Changed:
    """What the ledger tells: the files that saves of this program changed, and how each was before the first."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self.first: dict[str, str | None] = {}
        self.samples: dict[SampleId, set[str]] = {}
        for line in originals.lines():
            self.first.setdefault(line.path, line.before)
            self.samples.setdefault(line.sample, set()).add(line.path)

    def original(self, path: str) -> bytes | None:
        """The file's first bytes, None where it was not there. Raises DamagedFileError where they were not kept."""
        digest = self.first[path]
        data = None if digest is None else self._originals.get(digest)
        if digest is not None and data is None:
            raise DamagedFileError(f"the kept original of {path} is missing or damaged")
        return data


@contextmanager
def as_it_was(store: SampleStore, samples: Iterable[SampleId], changed: Changed) -> Iterator[SampleStore]:
    """A store of these samples only, before any change. Their photos cannot be read in it.

    Raises DamagedFileError where an original was not kept.
    """
    with tempfile.TemporaryDirectory(prefix="facewright-") as name:
        folder = Path(name) / "dataset"
        paths: dict[str, bool] = {}
        for sample in samples:
            for modality in Modality:
                if modality is not Modality.SKETCH:
                    paths |= dict.fromkeys(store.files(sample, modality), modality is Modality.PHOTO)
            paths |= dict.fromkeys(changed.samples.get(sample, ()), False)
        paths |= dict.fromkeys(store.tables, False)
        for path, is_photo in paths.items():
            _lay_out(store, folder, path, changed, is_photo=is_photo)
        yield open_store(folder, store.layout, store.scheme)


def _lay_out(store: SampleStore, folder: Path, path: str, changed: Changed, *, is_photo: bool) -> None:
    if path in changed.first:
        data = changed.original(path)
    elif is_photo:
        data = b""
        with suppress(OSError), open(store.root / path, "rb") as file:
            data = file.read(_PHOTO_HEAD)
    else:
        data = disk.read_file(store.root / path)
    if data is not None:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


FilePairs = dict[str, tuple[str | None, str | None]]
"""Each file's SHA-256 before and after; None where it was not there."""


def files_between(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> FilePairs:
    """The files whose hashes differ between two sets of stamps."""
    paths = [*before, *(path for path in after if path not in before)]
    pairs = {path: (before.get(path), after.get(path)) for path in paths}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}
