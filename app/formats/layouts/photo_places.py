"""Where a caption layout's photos lie: in a folder by one of the usual names, in CelebA's, or in the root itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.faces.sample import Modality, Problem
from app.formats.files import DatasetFolder
from app.formats.layouts.celeba_places import find_celeba
from app.formats.layouts.walking import PICTURES, FilesInTree, is_picture, peek, stem_of, within, without_doubles
from app.formats.listing import FilesByName, NameRule, Names, free_id, list_files
from app.formats.looked import Looked
from app.formats.tree import Places, Surveyor


@dataclass(frozen=True, slots=True)
class PhotoPlaces:
    """``folders`` of photos, best first ("" is the root), and everything else that a survey found."""

    folders: tuple[str, ...]
    others: Places

    @property
    def lie_in_root(self) -> bool:
        """Whether the photos are in the root, among files of other kinds."""
        return self.folders == ("",)


def find_photos(folder: DatasetFolder, looked: Looked, besides: Sequence[str] = ()) -> PhotoPlaces:
    """The first of: folders by the usual names, CelebA's, ``besides`` in the root or one level below, the root."""
    others = Surveyor(folder, looked).survey()
    found = tuple(others.photos) or tuple(find_celeba(folder).photos[:1])
    if not found and besides:
        _, folders = peek(folder, "", 200)
        candidates = [within(base, name) for base in ("", *folders) for name in besides]
        found = tuple(path for path in candidates if folder.is_folder(path))[:1]
    if not found and others.loose_photos:
        found = ("",)
    return PhotoPlaces(found, others)


def list_photos(folder: DatasetFolder, looked: Looked, places: PhotoPlaces, problems: list[Problem]) -> FilesByName:
    """The photos by sample; what is wrong with their names is added to ``problems``."""
    names = Names(folder, looked)
    if places.lie_in_root:
        found = [(free_id(stem_of(name)), name) for name in sorted(names.of("")) if is_picture(name)]
        photos: FilesByName = FilesInTree("", without_doubles(found, "photos", problems))
    else:
        photos = list_files(names, places.folders, NameRule(Modality.PHOTO, PICTURES, numeric=False))
    problems += names.problems
    return photos
