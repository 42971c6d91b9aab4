"""One caption file per sample: bytes in, bytes out (``app.faces.captions`` keeps every one of them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.faces.captions import CAPTIONS_PER_SAMPLE, Captions
from app.faces.errors import FaceDataError, ReadOnlyError
from app.faces.sample import Loaded, Modality, Problem
from app.faces.store import FileChange
from app.formats.files import DatasetFolder, sha256, shown
from app.formats.listing import FilesByName

SIZE_LIMIT = 1024 * 1024
NO_FOLDER = "this dataset has no caption folder; make text/celeba-caption in it and open it again to write captions"


class CaptionFiles:
    """Reads and plans ``N.txt``."""

    def __init__(self, folder: DatasetFolder, files: FilesByName, caches: Sequence[str]) -> None:
        self._folder = folder
        self.files = files
        self._caches = caches

    def read(self, sample: str) -> Loaded[Captions]:
        """The captions as they are; an odd count, blank lines or a foreign encoding become problems."""
        if not self.files.folders:
            return Loaded(None)
        path = self.files.path(sample) or self.files.new_path(sample, "txt")
        try:
            data = self._folder.read(path, SIZE_LIMIT)
        except FileNotFoundError:
            return Loaded(None, {path: None})
        except FaceDataError as error:
            return Loaded(None, {path: None}, (Problem(Modality.CAPTIONS, path, f"{error}"),), f"{error}")
        captions = Captions.from_bytes(data)
        notices = []
        if len(captions) != CAPTIONS_PER_SAMPLE:
            notices.append(
                f"it has {len(captions)} captions, not {CAPTIONS_PER_SAMPLE}; trainers that count would mix up samples"
            )
        blank = [str(number) for number, text in enumerate(captions.texts, 1) if not text.strip()]
        if blank:
            notices.append(f"line {', '.join(blank[:10])} is blank; trainers drop it or read an empty caption")
        read_only = captions.unreadable
        if read_only:
            notices.append(f"it is shown but not edited: {read_only}")
        if guess := captions.guess:
            notices.append(guess)
        problems = tuple(Problem(Modality.CAPTIONS, path, f"{shown(path)}: {notice}") for notice in notices)
        why = f"{shown(path)} is shown but not edited: {read_only}" if read_only else None
        return Loaded(captions, {path: sha256(data)}, problems, why)

    def plan(
        self, sample: str, after: Captions, stamps: Mapping[str, str | None]
    ) -> tuple[list[FileChange], list[str]]:
        """The file's new bytes where they differ; a sample without captions gets a file in the dataset's folder."""
        if not self.files.folders:
            raise ReadOnlyError(f"the captions of sample {sample} cannot be saved: {NO_FOLDER}")
        path = self.files.path(sample) or self.files.new_path(sample, "txt")
        original = self._folder.expected(path, stamps)
        data = after.to_bytes()
        if data == (original or b""):
            return [], []
        notes = [f"{shown(cache)} is now stale: delete it, trainers keep the old text" for cache in self._caches]
        stamp = None if original is None else sha256(original)
        return [FileChange(self._folder.inside(path), stamp, data)], notes

    def owns(self, sample: str, path: str) -> bool:
        """Whether the path is the sample's caption file."""
        return bool(self.files.folders) and path == (self.files.path(sample) or self.files.new_path(sample, "txt"))

    def saved(self, sample: str, path: str, *, exists: bool) -> None:
        """Take note that the file exists, or does no longer."""
        self.files.note(sample, path, exists=exists)
