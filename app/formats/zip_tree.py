"""A dataset inside its archive: the folders of one zip file, or of several that make one tree, and nothing unpacked.

The released archive unpacks to 4 GB and 400,000 files; half of the trees people have are such an unpacking that
stopped early. One repackaging splits the release into three archives, which are put together here by their paths.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path

from app.faces.errors import FaceDataError, LayoutError, ReadOnlyError
from app.faces.sample import Modality, Problem
from app.formats.files import READ_LIMIT, DatasetFolder, Stamp, shown
from app.formats.junk import JUNK_FOLDERS
from app.formats.zip_directory import ZipDirectory

ARCHIVE_LIMIT = 8
"""Archives looked into in one folder: the release in parts has three."""
_OTHERS = 30
_PICTURES = (".jpg", ".jpeg", ".png")


class ZipTree(DatasetFolder):
    """The tree of some archives. ``root`` is the archive itself, or the folder that holds nothing but archives."""

    def __init__(self, root: Path, archives: Sequence[tuple[str, ZipDirectory]]) -> None:
        """``archives``: the path of each, relative to the root, "" for the root itself."""
        super().__init__(root)
        self.root = Path(os.path.abspath(root))  # noqa: PTH100 - a link to an archive keeps its telling name
        self._archives = tuple(archives)
        names = ", ".join(shown(directory.path.name) for _, directory in self._archives)
        self.read_only = f"it lies in {names}, which is read and never written; make a working copy to edit"

    @property
    def problems(self) -> list[Problem]:
        """What was left out of the archives, and why."""
        problems = []
        for _, directory in self._archives:
            name = shown(directory.path.name)
            for why, members in directory.left_out.names.items():
                some = ", ".join(map(shown, members[:3])) + (", …" if len(members) > 3 else "")
                problems.append(
                    Problem(
                        Modality.PHOTO, directory.path.name, f"{name}: members that {why}: {some} ({len(members):,})"
                    )
                )
            if directory.left_out.junk:
                message = f"{name}: files that other systems left behind, ignored: {directory.left_out.junk:,}"
                problems.append(Problem(Modality.PHOTO, directory.path.name, message))
        for number, (_, directory) in enumerate(self._archives):
            for _, other in self._archives[:number]:
                count = sum(
                    len(names.keys() & other.files.get(path, {}).keys()) for path, names in directory.files.items()
                )
                if count:
                    message = f"files that {shown(other.path.name)} has too, not read: {count:,}"
                    where = directory.path.name
                    problems.append(Problem(Modality.PHOTO, where, f"{shown(where)}: {message}"))
        return problems

    def full(self, path: str) -> str:
        """Raises ReadOnlyError: nothing in an archive has a path that the system could take."""
        raise ReadOnlyError(f"{shown(path)} lies in an archive; make a working copy first")

    def contains(self, path: str) -> bool:  # noqa: ARG002 - links were left out
        """True: every member lies in its archive."""
        return True

    def inside(self, path: str) -> str:
        """The path itself."""
        return path

    def is_folder(self, path: str) -> bool:
        """Whether an archive has the folder."""
        return any(path in directory.folders for _, directory in self._archives)

    def exists(self, path: str) -> bool:
        """Whether an archive has a file or folder of that name."""
        return self.is_folder(path) or any(directory.member(path) is not None for _, directory in self._archives)

    def is_link(self, path: str) -> bool:  # noqa: ARG002 - links were left out
        """False."""
        return False

    def names(self, path: str) -> list[str]:
        """The names in a folder. Raises FileNotFoundError."""
        return [name for name, _, _ in self.entries(path)]

    def entries(self, path: str) -> Iterator[tuple[str, bool, bool]]:
        """Name, whether it is a folder, and False: links were left out. Raises FileNotFoundError."""
        if not self.is_folder(path):
            raise FileNotFoundError(2, "there is no such folder", path)
        folders: dict[str, None] = {}
        files: dict[str, int] = {}
        for _, directory in self._archives:
            folders |= directory.folders.get(path, {})
            files |= directory.files.get(path, {})
        yield from ((name, True, False) for name in folders)
        yield from ((name, False, False) for name in files if name not in folders)

    def identity(self, path: str) -> Hashable:
        """The path."""
        return path

    def stamp(self, path: str) -> Stamp | None:
        """The stamp of the archive that holds the file, or of the first that has the folder."""
        for _, directory in self._archives:
            if path in directory.folders or directory.member(path) is not None:
                return directory.stamp
        return None

    def source(self, path: str) -> str:
        """The archive that holds the file, relative to the root."""
        for name, directory in self._archives:
            if directory.member(path) is not None:
                return name
        return self._archives[0][0]

    def watched(self, folders: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002 - archives have none on disk
        """The root."""
        return ("",)

    def read(self, path: str, limit: int = READ_LIMIT) -> bytes:
        """The bytes of a member. Raises as ``DatasetFolder.read``."""
        for _, directory in self._archives:
            number = directory.member(path)
            if number is not None:
                return directory.read(number, path, limit)
        raise FileNotFoundError(2, "there is no such member", path)

    def head(self, path: str, count: int) -> bytes:
        """The first bytes of a member, of which all is unpacked for it."""
        return self.read(path)[:count]


_last: list[tuple[tuple[tuple[str, Stamp], ...], ZipTree]] = []
_last_lock = threading.Lock()


def zip_tree(root: Path, *, keep: bool) -> ZipTree | None:
    """The tree of the archive ``root``, or of the archives in the folder ``root``; None where there are none.

    Every layout looks at it before one opens it: with ``keep`` the last one is held for the next to ask, without it
    is handed out and forgotten. Raises LayoutError for an archive that is not whole.
    """
    paths = _archives_in(root) if root.is_dir() else [root] if _is_zip(root) else []
    if not paths:
        return None
    try:
        stamps = tuple((str(path), _stamp(path)) for path in paths)
        with _last_lock:
            found = next((tree for known, tree in _last if known == stamps), None)
            if found is None:
                members = [(path.name if path != root else "", _opened(path)) for path in paths]
                found = ZipTree(root, members)
            _last[:] = [(stamps, found)] if keep else []
    except OSError as error:
        raise LayoutError(f"{shown(paths[0].name)} cannot be read: {error.strerror}; check its permissions") from None
    return found


def _opened(path: Path) -> ZipDirectory:
    try:
        directory = ZipDirectory(path)
    except FaceDataError as error:
        raise LayoutError(f"{shown(path.name)}: {error}") from None
    if not any(directory.files.values()) and directory.left_out.names:
        why = next(iter(directory.left_out.names))
        raise LayoutError(f"{shown(path.name)} holds nothing that can be read: its members {why}")
    return directory


def _archives_in(folder: Path) -> list[Path]:
    """The archives in a folder that holds little else: a read-me, a licence, but no folder and no picture."""
    paths, others = [], 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.lower()
                if name.startswith(".") or entry.name in JUNK_FOLDERS:
                    continue
                if name.endswith(".zip"):
                    paths.append(folder / entry.name)
                elif entry.is_dir() or name.endswith(_PICTURES) or others >= _OTHERS:
                    return []
                else:
                    others += 1
    except OSError:
        return []
    paths = [path for path in sorted(paths) if _is_zip(path) and _stays(path)]
    return paths if len(paths) <= ARCHIVE_LIMIT else []


def _stays(path: Path) -> bool:
    """Whether it is no link out of its folder, but for the cache of Hugging Face: snapshots/HASH/X.zip → blobs/HASH."""
    real, folder = Path(os.path.realpath(path)), Path(os.path.realpath(path.parent))
    return real.parent == folder or (real.parent.name == "blobs" and real.parent.parent in folder.parents)


def _is_zip(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb", buffering=0) as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
