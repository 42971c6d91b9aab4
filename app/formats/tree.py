"""Where the parts of a dataset lie: folders and tables by their names, under all the names people gave them.

The released scripts already disagree on hyphens (``g_mask.py`` writes ``CelebAMaskHQ-mask-anno``, the archive has
``CelebAMask-HQ-mask-anno``), loaders of the multi-modal set each want another tree, and many keep both sets side by
side. Only the root, its sub-folders and a peek into the folders found are looked at here; ``listing`` reads the names.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from app.faces.sample import Modality, Problem
from app.formats.files import DatasetFolder, shown
from app.formats.junk import JUNK_FOLDERS, is_junk
from app.formats.looked import Looked

PHOTO_FOLDERS = (
    "CelebA-HQ-img", "CelebAHQ-img", "CelebA-HQ-img2", "image", "images", "img", "imgs",
)  # fmt: skip
CLASS_MASK_FOLDERS = ("CelebAMask-HQ-mask-anno", "CelebAMaskHQ-mask-anno", "CelebAMask-HQ-single", "mask-anno")
INDEX_MASK_FOLDERS = (
    "label", "labels", "mask", "masks", "CelebAMask-HQ-mask", "CelebAMaskHQ-mask", "CelebA-HQ-mask",
    "CelebAMask-HQ-label", "CelebAMaskHQ-label",
)  # fmt: skip
CAPTION_FOLDERS = ("celeba-caption", "celeba_caption", "celebahq-caption", "captions", "caption", "text", "texts")
SKETCH_FOLDERS = ("sketch", "sketches")
# Sub-folders that hold the files where the folder above is only a heading: image/images/, text/celeba-caption/ …
_NESTED = {
    "photos": ("CelebA-HQ-img", "images", "image", "image_512_downsampled_from_hq_1024"),
    "masks": ("CelebAMask-HQ-mask-anno", "CelebAMask-HQ-mask", "images", "label", "mask"),
    "captions": ("celeba-caption", "celeba_caption", "captions", "caption", "text"),
    "sketches": ("sketch", "sketches", "images"),
}
_KINDS = {
    name.casefold(): (kind, rank)
    for kind, names in (
        ("photos", PHOTO_FOLDERS),
        ("masks", CLASS_MASK_FOLDERS + INDEX_MASK_FOLDERS),
        ("captions", CAPTION_FOLDERS),
        ("sketches", SKETCH_FOLDERS),
    )
    for rank, name in enumerate(names)
}
_TABLES = {
    "celebamask-hq-attribute-anno.txt": "attribute_table",
    "celebamaskhq-attribute-anno.txt": "attribute_table",
    "celebamask-hq-pose-anno.txt": "pose_table",
    "celebamaskhq-pose-anno.txt": "pose_table",
    "celeba-hq-to-celeba-mapping.txt": "mapping_table",
    "celebahq-to-celeba-mapping.txt": "mapping_table",
    "list_eval_partition.csv": "split_table",
}
SPLIT_NAMES = ("train", "val", "test")
CAPTION_CACHES = ("captions.pickle", "captions_DAMSM.pickle")
_NESTED_TREE_LIMIT = 200
_WRAPPERS = 4
_NESTED_NAME_LIMIT = 5_000
"""Names looked at in a sub-folder of the root: a dataset's own folder has a handful, a folder of pictures thousands."""
_PHOTO_NAME = re.compile(r".+\.(?:jpe?g|png)", re.IGNORECASE)
_CLASS_FILE = re.compile(r".+_[a-z]+(?:_[a-z]+)?\.png", re.IGNORECASE)


@dataclass(slots=True)
class Places:
    """Folders (best first) and files of a dataset, relative to the root; ``problems`` met while looking."""

    photos: list[str] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    sketches: list[str] = field(default_factory=list)
    splits: dict[str, str] = field(default_factory=dict)
    attribute_table: str | None = None
    pose_table: str | None = None
    mapping_table: str | None = None
    caption_caches: list[str] = field(default_factory=list)
    split_table: str | None = None
    has_class_files: bool = False
    has_foreign_captions: bool = False
    """Whether the folders by the names of caption folders hold files, none of them a text file."""
    loose_photos: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_index_masks(self) -> bool:
        """Whether masks lie in a folder of index maps, as far as a peek tells."""
        return bool(self.masks) and not self.has_class_files

    @property
    def is_tree(self) -> bool:
        """Whether anything but sketches was found: enough to take a sub-folder for one of two trees."""
        return bool(self.photos or self.masks or self.captions or self.splits or self.attribute_table)


class Surveyor:
    """Looks at a dataset's root once and says where everything is."""

    def __init__(self, folder: DatasetFolder, looked: Looked) -> None:
        self._folder = folder
        self._looked = looked
        self._seen: set[Hashable] = set()

    def survey(self) -> Places:
        """The places in the root; what it lacks is taken from trees in its direct sub-folders."""
        places, others = self._look("")
        for _ in range(_WRAPPERS):
            if len(others) > _NESTED_TREE_LIMIT:
                break
            looks = [self._look(path) for path in sorted(others)]
            trees = [tree for tree, _ in looks if tree.is_tree or tree.problems]
            _complete(places, trees)
            # Uploads wrap the tree: archive/CelebAMask-HQ/CelebAMask-HQ/…
            if len(others) != 1 or places.is_tree:
                break
            others = looks[0][1]
        places.has_class_files = any(self._holds_class_files(path) for path in places.masks)
        names = [name for path in places.captions for name in self.peek(path, 200)]
        places.has_foreign_captions = bool(names) and not any(name.lower().endswith(".txt") for name in names)
        places.loose_photos = any(_PHOTO_NAME.fullmatch(name) for name, _ in islice(self._entries("", None), 200))
        return places

    def peek(self, path: str, count: int = 40) -> list[str]:
        """A few names of a folder; none when it cannot be read."""
        return [name for name, _ in islice(self._entries(path, None), count) if not is_junk(name)]

    def _look(self, base: str) -> tuple[Places, list[str]]:
        """What one folder holds, and its sub-folders that have no known name."""
        places, others = Places(), []
        ranked: list[tuple[str, int, str]] = []
        for name, is_folder in islice(self._entries(base, places), _NESTED_NAME_LIMIT if base else None):
            path = f"{base}/{name}" if base else name
            key = name.casefold()
            if not is_folder:
                if (table := _TABLES.get(key)) is not None and getattr(places, table) is None:
                    setattr(places, table, path)
                elif name in CAPTION_CACHES:
                    places.caption_caches.append(path)
            elif key in _KINDS:
                kind, rank = _KINDS[key]
                if self._is_new(path, places):
                    ranked.append((kind, rank, path))
            elif key in SPLIT_NAMES:
                self._looked.note_folder(path)
                if self._folder.exists(f"{path}/filenames.pickle"):
                    places.splits[key] = f"{path}/filenames.pickle"
            elif not name.startswith(".") and name not in JUNK_FOLDERS and self._is_new(path, places):
                others.append(path)
        for kind, _, path in sorted(ranked):
            found: list[str] = getattr(places, kind)
            nested = list(self._nested(kind, path, places))
            found += nested
            # A heading such as text/ above text/celeba-caption/ holds no files of its own; images/ above images/train/,
            # which this tree has no place for, holds no photos.
            first = [is_folder for _, is_folder in islice(self._entries(path, places), 40)]
            if not all(first) or not (nested or (first and kind == "photos")):
                found.append(path)
        places.splits = {name: places.splits[name] for name in SPLIT_NAMES if name in places.splits}
        return places, others

    def _nested(self, kind: str, path: str, places: Places) -> Iterator[str]:
        self._looked.note_folder(path)
        for name in _NESTED[kind]:
            nested = f"{path}/{name}"
            if self._folder.is_folder(nested) and self._is_new(nested, places):
                yield nested

    def _entries(self, path: str, places: Places | None) -> Iterator[tuple[str, bool]]:
        self._looked.note_folder(path)
        try:
            for name, is_folder, is_link in self._folder.entries(path):
                if is_link:
                    self._looked.links.add(f"{path}/{name}" if path else name)
                yield name, is_folder
        except OSError as error:
            if places is not None:
                places.problems.append(unreadable(path, error))

    def _is_new(self, path: str, places: Places) -> bool:
        """Whether the folder lies inside the root and was not met under another name: loops end here."""
        if not self._folder.contains(path):
            message = (
                f"{shown(path)} is a link to a place outside the dataset; it is not followed. Put the folder there"
            )
            places.problems.append(Problem(Modality.PHOTO, path, message))
            return False
        try:
            key = self._folder.identity(path)
        except OSError as error:
            places.problems.append(unreadable(path, error))
            return False
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _holds_class_files(self, path: str) -> bool:
        for name in self.peek(path):
            if _CLASS_FILE.fullmatch(name):
                return True
            if name.isdigit() and any(_CLASS_FILE.fullmatch(n) for n in self.peek(f"{path}/{name}", 5)):
                return True
        return False


def unreadable(path: str, error: OSError) -> Problem:
    """The problem of a folder or file that the system does not show."""
    where = shown(path) or "the folder"
    return Problem(Modality.PHOTO, path, f"{where} cannot be read: {error.strerror}; check its permissions")


def _complete(places: Places, trees: list[Places]) -> None:
    """Fill what the root lacks from the trees below it, kind by kind, so that a backup folder never mixes in."""
    for kind in ("photos", "masks", "captions", "sketches"):
        if not getattr(places, kind):
            setattr(places, kind, [path for tree in trees for path in getattr(tree, kind)])
    if places.masks:
        ranks = {path: _KINDS.get(path.rpartition("/")[2].casefold(), ("", 99))[1] for path in places.masks}
        places.masks.sort(key=lambda path: ranks[path])
    for table in ("attribute_table", "pose_table", "mapping_table", "split_table"):
        if getattr(places, table) is None:
            setattr(places, table, next((getattr(t, table) for t in trees if getattr(t, table)), None))
    if not places.splits:
        places.splits = next((tree.splits for tree in trees if tree.splits), {})
    for tree in trees:
        places.caption_caches += tree.caption_caches
        places.problems += tree.problems
