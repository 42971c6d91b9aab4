"""Where the parts of an original CelebA lie: the official tree, its Kaggle and StarGAN re-hosts, and their mixtures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.formats.files import DatasetFolder
from app.formats.layouts.walking import is_picture, peek, within
from app.formats.tree import PHOTO_FOLDERS

MAPPING_NAMES = ("celeba-hq-to-celeba-mapping.txt", "celebahq-to-celeba-mapping.txt")
_PHOTO_FOLDERS = (
    "img_align_celeba", "img_align_celeba_png", "img_celeba", "img_align_celeba_png.7z", "img_celeba.7z",
)  # fmt: skip
_PLAIN_FOLDERS = frozenset({"images", "image", "img", "imgs", "data", "photos"})
_TABLES = {
    "list_attr_celeba": "attributes",
    "list_landmarks_align_celeba": "landmarks",
    "list_landmarks_celeba": "landmarks_in_the_wild",
    "list_bbox_celeba": "boxes",
    "list_eval_partition": "partition",
    "identity_celeba": "identities",
}
_HQ_FOLDERS = frozenset(name.casefold() for name in PHOTO_FOLDERS if "-" in name)
_USUAL_NAMES = (*(f"{name}.{suffix}" for name in (*_TABLES, "identity_CelebA") for suffix in ("txt", "csv")),)
_LEVELS = 3
_MOST_NAMES = 2_000


@dataclass(slots=True)
class CelebAPlaces:
    """Folders (best first) and files relative to the root; "" among the photos is the root itself."""

    photos: list[str] = field(default_factory=list)
    attributes: str | None = None
    landmarks: str | None = None
    landmarks_in_the_wild: str | None = None
    boxes: str | None = None
    partition: str | None = None
    identities: str | None = None
    mapping: str | None = None
    links_out: list[str] = field(default_factory=list)
    has_hq_photos: bool = False
    is_by_name: bool = False
    """Whether the folder of photos has a name that only CelebA has."""

    @property
    def tables(self) -> list[str]:
        """The tables there are, the mapping left out."""
        tables = (
            self.attributes, self.landmarks, self.landmarks_in_the_wild, self.boxes, self.partition, self.identities,
        )  # fmt: skip
        return [path for path in tables if path is not None]


def find_celeba(folder: DatasetFolder) -> CelebAPlaces:
    """Look for CelebA's folders and tables in the root and two levels below: names only, a bounded number of them."""
    places = CelebAPlaces()
    named: list[tuple[int, str]] = []
    plain: list[str] = []
    for path, files, folders in _levels(folder):
        for name in files:
            stem, _, suffix = name.casefold().rpartition(".")
            if suffix in ("txt", "csv") and (part := _TABLES.get(stem)) and getattr(places, part) is None:
                setattr(places, part, within(path, name))
            elif name.casefold() in MAPPING_NAMES and places.mapping is None:
                places.mapping = within(path, name)
        for name in folders:
            key = name.casefold()
            if key in _PHOTO_FOLDERS:
                rank = _PHOTO_FOLDERS.index(key)
                # The Kaggle re-host has img_align_celeba/img_align_celeba, some keep the folder of the archive's name.
                inner = [n for n in peek(folder, within(path, name), 200)[1] if n.casefold() in _PHOTO_FOLDERS]
                place = within(path, f"{name}/{inner[0]}" if inner else name)
                if folder.contains(place):
                    named.append((rank, place))
                else:
                    places.links_out.append(place)
            elif key in _PLAIN_FOLDERS:
                plain.append(within(path, name))
            places.has_hq_photos |= key in _HQ_FOLDERS
    # An empty folder of photos is what is left of an archive that was never unpacked into it.
    places.photos = [path for _, path in sorted(named) if any(map(is_picture, peek(folder, path, 200)[0]))]
    places.is_by_name = bool(places.photos)
    if not places.photos and places.tables:
        candidates = [*plain, "", *(path for path, _, _ in _levels(folder) if path and path not in plain)]
        places.photos = [path for path in candidates if any(map(is_picture, peek(folder, path, 200)[0]))][:1]
    return places


def _levels(folder: DatasetFolder) -> Iterator[tuple[str, list[str], list[str]]]:
    """The folders to look into, the root first: files, then sub-folders; folders of photos are not entered."""
    level = [""]
    for _ in range(_LEVELS):
        below: list[str] = []
        for path in level[:50]:
            if path and not folder.contains(path):
                continue
            files, folders = peek(folder, path, _MOST_NAMES)
            if len(files) > _MOST_NAMES // 2:  # tables among thousands of photos
                there = (name for name in _USUAL_NAMES if name not in files and folder.exists(within(path, name)))
                files += there
            yield path, files, folders
            # Numbered folders in a folder hold the masks of CelebAMask-HQ: listing them takes longer than all else.
            others = [name for name in folders if name.casefold() not in _PHOTO_FOLDERS]
            below += [within(path, name) for name in others if not (path and name.isdigit())]
        level = below
