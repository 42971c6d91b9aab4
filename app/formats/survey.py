"""The first look at what may be a dataset: a folder, a zip archive, or a folder with nothing but archives in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.faces.errors import LayoutError
from app.formats.files import DatasetFolder, shown
from app.formats.glance import seen
from app.formats.looked import Looked
from app.formats.tree import Places, Surveyor
from app.formats.zip_tree import zip_tree


@dataclass(frozen=True, slots=True)
class Survey:
    """The root, what was looked at in it, and the places found."""

    folder: DatasetFolder
    looked: Looked
    places: Places


def survey(path: Path, *, opening: bool) -> Survey:
    """Where everything is in the folder or the archive. ``opening``: no other layout will be asked about it next.

    Raises LayoutError for anything else, and for an archive that is not whole.
    """
    if path.is_dir():
        found = seen(("survey", path), lambda: _look(DatasetFolder(path)))
        if found.places.is_tree:
            return found
        tree = zip_tree(path, keep=not opening)
        if tree is None:
            return found
    else:
        tree = zip_tree(path, keep=not opening)
        if tree is None:
            raise LayoutError(
                f"{shown(str(path))} is no folder; choose the folder that holds the dataset, or its zip archive"
            )
    packed = _look(tree)
    packed.places.problems += tree.problems
    return packed


def _look(folder: DatasetFolder) -> Survey:
    looked = Looked(folder)
    return Survey(folder, looked, Surveyor(folder, looked).survey())
