"""Pictures and texts of a folder tree whose names nobody prescribed: found at any depth, told apart by their paths."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice

from app.faces.sample import Modality, Problem
from app.formats.files import DatasetFolder, shown
from app.formats.glance import is_glancing, seen
from app.formats.later import Later
from app.formats.listing import FilesByName, counted, free_id
from app.formats.looked import Looked
from app.formats.tree import unreadable

PICTURES = ("jpg", "jpeg", "png")
DEPTH_LIMIT = 8
FOLDER_LIMIT = 20_000
_PEEKED_NAMES = 2_000
_GLANCED_NAMES = 400
_NEVER = frozenset({"__macosx", "lost+found", "$recycle.bin"})


def within(folder: str, name: str) -> str:
    """A name's path relative to the root; "" is the root itself."""
    return f"{folder}/{name}" if folder else name


def stem_of(name: str) -> str:
    """The name without its suffix."""
    return name.rpartition(".")[0]


def is_picture(name: str) -> bool:
    """Whether the name is that of a JPEG or PNG file."""
    stem, _, suffix = name.rpartition(".")
    return bool(stem) and suffix.lower() in PICTURES


def joined_id(parts: Iterable[str]) -> str | None:
    """A path as an id: its parts joined by two underscores, since an id is also a file's name elsewhere."""
    return free_id("__".join(parts))


def peek(folder: DatasetFolder, path: str, count: int = _PEEKED_NAMES) -> tuple[list[str], list[str]]:
    """The first names of a folder: files, then folders; nothing when it cannot be read. For looking, not listing."""
    files: list[str] = []
    folders: list[str] = []
    # The layout that is asked next may want more of them.
    most = max(count, _GLANCED_NAMES) if is_glancing() else count
    for name, is_folder in islice(_first_names(folder, path, most), count):
        if not name.startswith("."):
            (folders if is_folder else files).append(name)
    return sorted(files), sorted(folders)


def _first_names(folder: DatasetFolder, path: str, count: int) -> list[tuple[str, bool]]:
    """The first names in the order of the disk, and whether each is a folder."""

    def look() -> list[tuple[str, bool]]:
        try:
            return [(name, is_folder) for name, is_folder, _ in islice(folder.entries(path), count)]
        except OSError:
            return []

    return seen(("names", type(folder), folder.root, path, count), look)


def bases(folder: DatasetFolder, most: int = 50) -> list[str]:
    """The root and the folders directly in it that lie inside it, where there are not too many: places of a tree."""
    _, folders = peek(folder, "")
    return ["", *(name for name in folders if len(folders) <= most and folder.contains(name))]


def walk(folder: DatasetFolder, looked: Looked, base: str, problems: list[Problem]) -> Iterator[tuple[str, list[str]]]:
    """Every folder at and below ``base`` with the names of its files, parents first, both sorted.

    Hidden folders are passed over; links out of the dataset and loops end there, named in ``problems``.
    """
    seen: set[Hashable] = set()
    left: list[tuple[str, int]] = [(base, 0)]
    count = 0
    while left:
        path, depth = left.pop()
        if not folder.contains(path):
            message = (
                f"{shown(path)} is a link to a place outside the dataset; it is not followed. Put the folder there"
            )
            problems.append(Problem(Modality.PHOTO, path, message))
            continue
        looked.note_folder(path)
        files: list[str] = []
        folders: list[str] = []
        try:
            if (key := folder.identity(path)) in seen:
                continue
            seen.add(key)
            for name, is_folder, is_link in folder.entries(path):
                if name.startswith(".") or name.casefold() in _NEVER:
                    continue
                if is_link:
                    looked.links.add(within(path, name))
                (folders if is_folder else files).append(name)
        except OSError as error:
            problems.append(unreadable(path, error))
            continue
        yield path, sorted(files)
        count += 1
        if depth >= DEPTH_LIMIT or count + len(left) + len(folders) > FOLDER_LIMIT:
            if folders:
                where = shown(path) or "the folder"
                message = (
                    f"{where}: folders not looked into, they lie too deep or are too many: {counted(sorted(folders))}"
                )
                problems.append(Problem(Modality.PHOTO, path, message))
            continue
        left += [(within(path, name), depth + 1) for name in sorted(folders, reverse=True)]


def without_doubles(found: Iterable[tuple[str | None, str]], what: str, problems: list[Problem]) -> dict[str, str]:
    """Path by id, of ids with their paths: of two files for one id the first is kept, names that make no id are not.

    Both are named in ``problems``.
    """
    paths: dict[str, str] = {}
    doubles: list[str] = []
    strays: list[str] = []
    for sample, path in found:
        if sample is None:
            strays.append(path)
        elif sample in paths:
            doubles.append(path)
        else:
            paths[sample] = path
    for names, why in ((doubles, "second files of a sample, not read"), (strays, "names that make no id, not read")):
        if names:
            problems.append(Problem(Modality.PHOTO, "", f"{what}: {why}: {counted(names)}"))
    return paths


class FilesInTree(FilesByName):
    """One file per sample, at any place; ``place`` says where a new one goes, without its suffix."""

    def __init__(self, home: str, paths: dict[str, str], place: Callable[[str], str] | None = None) -> None:
        super().__init__([home], Later(lambda: ({}, paths)))
        self._place = place

    def new_path(self, sample: str, suffix: str) -> str:
        """Where a new file of the sample goes."""
        return f"{self._place(sample) if self._place else within(self.folders[0], sample)}.{suffix}"

    def add(self, sample: str, path: str) -> None:
        """A file of ours appeared."""
        self.is_listed = False
        self.elsewhere[sample] = path


def common_folder(paths: Sequence[str]) -> str:
    """The deepest folder that all folders of the paths lie in or are; "" is the root."""
    first, last = min(paths, default=""), max(paths, default="")
    parts = []
    for one, other in zip(first.split("/")[:-1], last.split("/")[:-1], strict=False):
        if one != other:
            break
        parts.append(one)
    return "/".join(parts)
