"""Which folder of photos goes with which folder of index maps, under all the names that people give them.

``label`` beside ``image``, ``train_img`` and ``train_label`` (what ``g_partition.py`` of the release writes),
``images/training`` and ``annotations/training``, ``train/images`` and ``train/masks``, or photo and mask side by side
under one stem. A folder is understood by the parts of its path: what it holds, and which split.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from app.formats.files import DatasetFolder
from app.formats.junk import JUNK_FOLDERS, is_junk
from app.formats.layouts.split_folders import SPLIT_FOLDERS
from app.formats.layouts.walking import within
from app.formats.listing import free_id
from app.formats.looked import Looked
from app.formats.tree import INDEX_MASK_FOLDERS, PHOTO_FOLDERS

PHOTO_SUFFIXES = ("jpg", "jpeg", "png")
MASK_SUFFIXES = ("png", "jpg", "jpeg")
_DEPTH = 4
_FOLDERS = 300
_PEEKED = 400
_SPLIT = "|".join(sorted(SPLIT_FOLDERS, key=len, reverse=True))
_BEFORE = re.compile(rf"({_SPLIT})(?:[-_. ]?(.*))")
_BEHIND = re.compile(rf"(.*?)[-_. ]({_SPLIT})")
_PHOTOS = re.compile(
    r"(?:celeba-?hq[-_])?(?:image|img|photo|picture|jpegimage|jpg|jpeg|rgb|face)s?(?:[-_]?dir)?(?:[-_]?\d+)?"
)
_MASKS = re.compile(
    r"(?:celeba(?:mask)?-?hq[-_])?(?:face[-_])?"
    r"(?:mask|label|annotation|anno?|seg|segmentation|segmentationclass|parsing|parse|gt|ground[-_]?truth|index)s?"
    r"(?:[-_]?(?:img|image|map|mask|png|index|colou?r|colou?r[-_]palette|class|dir|\d+)s?)?"
)
_KNOWN = {name.casefold(): "photos" for name in PHOTO_FOLDERS} | {n.casefold(): "masks" for n in INDEX_MASK_FOLDERS}
_ENDING = re.compile(
    r"[-_. ](?:gt|masks?|labels?|labelids?|seg|segmentation|pars(?:e|ing)|index|anno|annotation|colou?r)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A folder of photos, the folder of their masks (maybe the same), and the split that their names tell."""

    photos: str
    masks: str
    split: str | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """A folder with pictures in it: what its path says, and some of its names."""

    path: str
    role: str | None
    split: str | None
    names: tuple[str, ...]


def find_pairs(folder: DatasetFolder, looked: Looked) -> tuple[list[Pair], list[str]]:
    """The pairs, by split and path, and folders of photos or masks that are left without a partner."""
    held = list(_picture_folders(folder, looked))
    masks = sorted(
        (each for each in held if each.role == "masks"), key=lambda each: (_is_coloured(each.path), each.path)
    )
    photos = [each for each in held if each.role != "masks"]
    pairs: list[Pair] = []
    lonely: list[str] = []
    taken: set[str] = set()
    for each in masks:
        fitting = [other for other in photos if other.path not in taken and _fits(other, each)]
        if not fitting:
            lonely.append(each.path)
            continue
        best = max(
            fitting, key=lambda other: (other.role == "photos", _shared(other.path, each.path), other.path == "")
        )
        taken.add(best.path)
        pairs.append(Pair(best.path, each.path, each.split))
    for each in photos:
        if each.path not in taken and _is_mixed(each.names):
            pairs.append(Pair(each.path, each.path, each.split))
        elif each.path not in taken and each.role == "photos":
            lonely.append(each.path)
    order = ["train", "val", "test"]
    pairs.sort(key=lambda pair: (order.index(pair.split) if pair.split else -1, pair.photos))
    return pairs, lonely


def paired_names(photos: Iterable[str], masks: Iterable[str], *, mixed: bool) -> tuple[dict[str, str], dict[str, str]]:
    """Photo name by stem, and mask name by the stem of its photo; ``mixed``: both are names of one folder.

    Names that other systems made up must be gone already.
    """
    photo_of: dict[str, str] = {}
    found: dict[str, str] = {}
    # The suffix that is preferred comes last and stays.
    by_suffix: dict[str, dict[str, str]] = {suffix: {} for suffix in PHOTO_SUFFIXES}
    for name in photos:
        stem, _, suffix = name.rpartition(".")
        if (
            stem
            and (kind := by_suffix.get(suffix) if suffix in by_suffix else by_suffix.get(suffix.lower())) is not None
        ):
            kind.setdefault(stem, name)
    for suffix in reversed(PHOTO_SUFFIXES):
        photo_of |= by_suffix[suffix]
    if mixed:
        # A stem that another one extends by an ending of masks is a photo; so is the JPEG of a JPEG and a PNG.
        photo_of = {stem: name for stem, name in photo_of.items() if without_ending(stem) not in photo_of}
    ids = {free_id(stem): stem for stem in photo_of}
    for name in masks:
        stem, _, suffix = name.rpartition(".")
        if not stem or suffix.lower() not in MASK_SUFFIXES or (mixed and photo_of.get(stem) == name):
            continue
        sample = stem if stem in photo_of else ids.get(free_id(stem))
        if sample is None and (shorter := without_ending(stem)):
            sample = ids.get(free_id(shorter))
        if sample is not None and (sample not in found or _rank(name, sample) < _rank(found[sample], sample)):
            found[sample] = name
    return photo_of, found


def _rank(name: str, sample: str) -> tuple[bool, bool, str]:
    """The first of two masks is read: a PNG keeps its values, a JPEG does not."""
    stem, _, suffix = name.rpartition(".")
    return suffix.lower() != "png", stem != sample, name


def without_ending(stem: str) -> str | None:
    """``17_gt`` → ``17``; None for a stem that ends in nothing that masks are marked by."""
    for at in range(len(stem) - 1, 0, -1):
        if stem[at] in "-_. ":
            return stem[:at] if _ENDING.fullmatch(stem, at) else None
    return None


def _picture_folders(folder: DatasetFolder, looked: Looked) -> Iterator[_Held]:
    left = [("", 0)]
    seen = set()
    count = 0
    while left and count < _FOLDERS:
        path, depth = left.pop(0)
        count += 1
        try:
            identity = folder.identity(path)
            if identity in seen or not folder.contains(path):
                continue
            seen.add(identity)
            looked.note_folder(path)
            names: list[str] = []
            # The root of a plain folder of photos has its sub-folders anywhere among 30,000 names.
            for name, is_folder, _ in islice(folder.entries(path), None if depth == 0 else 5 * _PEEKED):
                if is_folder:
                    if depth < _DEPTH and not name.startswith(".") and name not in JUNK_FOLDERS:
                        left.append((within(path, name), depth + 1))
                elif len(names) < _PEEKED and name.rpartition(".")[2].lower() in PHOTO_SUFFIXES and not is_junk(name):
                    names.append(name)
        except OSError:
            continue
        if names:
            role, split = meaning(path)
            yield _Held(path, role, split, tuple(names))


def meaning(path: str) -> tuple[str | None, str | None]:
    """What the parts of a path say of a folder: ``photos`` or ``masks``, and its split."""
    roles: list[str] = []
    split: str | None = None
    for part in path.casefold().split("/"):
        rest = part
        if part in SPLIT_FOLDERS:
            split, rest = SPLIT_FOLDERS[part], ""
        elif (match := _BEFORE.fullmatch(part)) and _role(match[2]):
            split, rest = SPLIT_FOLDERS[match[1]], match[2]
        elif (match := _BEHIND.fullmatch(part)) and _role(match[1]):
            split, rest = SPLIT_FOLDERS[match[2]], match[1]
        role = _role(rest)
        if role:
            roles.append(role)
    return ("masks" if "masks" in roles else roles[0] if roles else None), split


def _role(name: str) -> str | None:
    if name in _KNOWN:
        return _KNOWN[name]
    return "masks" if _MASKS.fullmatch(name) else "photos" if _PHOTOS.fullmatch(name) else None


def _fits(photos: _Held, masks: _Held) -> bool:
    if photos.split != masks.split:
        return False
    parent = masks.path.rpartition("/")[0]
    return photos.role == "photos" or photos.path in (parent, parent.rpartition("/")[0])


def _shared(one: str, other: str) -> int:
    count = 0
    for mine, its in zip(one.split("/"), other.split("/"), strict=False):
        if mine != its:
            break
        count += 1
    return count


def _is_coloured(path: str) -> bool:
    return "color" in path.casefold() or "colour" in path.casefold()


def _is_mixed(names: tuple[str, ...]) -> bool:
    photos, masks = paired_names(names, names, mixed=True)
    return bool(masks) and 2 * len(masks) >= len(photos)
