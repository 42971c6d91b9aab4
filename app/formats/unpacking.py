"""Trees that were not unpacked to the end, the commonest complaint about these datasets.

The archive has 400,000 members, and an unpacker that knows no zip64 (Windows had one for years) stops somewhere after
65,535 of them without a word: often only the photos are there.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from app.faces.sample import Modality, Problem
from app.formats.files import shown
from app.formats.listing import numeric_id
from app.formats.mask_listing import ClassFiles
from app.formats.tree import Places

_PER_FOLDER = 2000
_TOO_MANY_FOR_A_SUBSET = 2000


def missing_parts(places: Places, class_files: ClassFiles, ids: Sequence[str], looked: Container[str]) -> list[Problem]:
    """What a released tree with these photos should have and has not. ``looked``: the folders that were listed."""
    official = next((path for path in places.photos if path.rpartition("/")[2].casefold() == "celeba-hq-img"), None)
    others = places.masks or places.captions or places.sketches
    if official and not others and len(ids) >= _TOO_MANY_FOR_A_SUBSET:
        message = (
            f"{shown(official)} is all there is: masks and tables are missing. An unpacker without zip64 stops after"
            " the photos (Windows' own did); unpack the archive again with 7-Zip or unzip, or open the archive itself"
        )
        return [Problem(Modality.MASK, official, message)]
    numbered = {numeric_id(path.rpartition("/")[2]) for path in class_files.folders}
    if None in numbered or not numbered or not class_files.bits:
        return []
    needed: dict[str, int] = {}
    for sample in ids:
        if numeric_id(sample):
            folder = str(int(sample) // _PER_FOLDER)
            needed[folder] = needed.get(folder, 0) + 1
    where = class_files.folders[0].rpartition("/")[0]
    missing = [folder for folder in needed if f"{where}/{folder}" not in looked]
    if not missing:
        return []
    photos = sum(needed[folder] for folder in missing)
    message = (
        f"{shown(where)} lacks the folders {', '.join(missing)}: {photos:,} photos have no masks. If the archive was"
        " not unpacked to the end, unpack it again with 7-Zip or unzip, or open the archive itself"
    )
    return [Problem(Modality.MASK, where, message)]
