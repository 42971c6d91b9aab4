"""The original CelebA: 202,599 photos without masks, and the tables that CelebAMask-HQ took its attributes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.sample import Modality, Problem, SampleId
from app.faces.store import SampleStore
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.caption_tables import captions_in_file
from app.formats.layouts.celeba_facts import CelebAFacts, hq_mapping, impostors
from app.formats.layouts.celeba_places import CelebAPlaces, find_celeba
from app.formats.layouts.photo_parts import CaptionFolder, PhotoParts
from app.formats.layouts.photo_store import PhotoStore
from app.formats.layouts.walking import PICTURES, FilesInTree, is_picture, stem_of, without_doubles
from app.formats.listing import FilesByName, NameRule, Names, free_id, list_files, natural_order
from app.formats.looked import Looked
from app.formats.splits import read_partition
from app.formats.table_files import TableFiles
from app.formats.tree import Places, Surveyor

_REFUSED = (
    "torchvision compares its MD5 and refuses the edited file as corrupted; its original is kept, facewright restore"
    " brings it back"
)


@dataclass(frozen=True, slots=True)
class CelebA:
    """``img_align_celeba/000001.jpg`` with ``list_attr_celeba.txt`` and its sisters, as text or CSV."""

    name: str = "celeba"
    title: str = "CelebA"
    summary: str = "the original CelebA: photos, attributes (edited in place), landmarks, boxes, identities, partition"
    reads: frozenset[Modality] = frozenset({Modality.PHOTO, Modality.ATTRIBUTES, Modality.CAPTIONS})
    writes: frozenset[Modality] = frozenset({Modality.ATTRIBUTES, Modality.CAPTIONS})

    def detect(self, folder: Path) -> Detection:
        """A folder of photos by CelebA's name, or CelebA's tables beside photos; never over CelebA-HQ's photos."""
        if not folder.is_dir():
            return Detection(self.name, self.title, 0.0, refusals=("it is no folder",))
        places = find_celeba(DatasetFolder(folder))
        reasons = []
        if places.photos:
            reasons.append(f"photos in {shown(places.photos[0]) or 'the folder itself'}")
        if places.tables:
            reasons.append(f"tables {', '.join(map(shown, places.tables))}")
        if not places.photos:
            whys = ["no folder of photos such as img_align_celeba here or below; unpack img_align_celeba.zip"]
            whys += map(_not_followed, places.links_out)
            return Detection(self.name, self.title, 0.0, tuple(reasons), tuple(whys))
        confidence = (0.65 if places.is_by_name else 0.45) + 0.1 * min(3, len(places.tables))
        if places.has_hq_photos:
            refusal = "photos of CelebA-HQ lie here too; they would not be shown in this layout"
            return Detection(self.name, self.title, 0.3, tuple(reasons), (refusal,))
        return Detection(self.name, self.title, round(confidence, 2), tuple(reasons))

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The photos and whatever tables there are."""
        dataset = DatasetFolder(folder)
        looked = Looked(dataset)
        looked.note_folder("")
        places = find_celeba(dataset)
        problems = [Problem(Modality.PHOTO, path, _not_followed(path)) for path in places.links_out]
        photos = _photos(dataset, looked, places, problems)
        ids = tuple(map(SampleId, natural_order(photos.ids())))
        mapping = hq_mapping(dataset, places)
        problems += impostors(dataset, places, mapping)
        attributes, note = None, None
        if places.attributes is not None:
            attributes = TableFiles(dataset, Places(attribute_table=places.attributes))
            if places.attributes.casefold().endswith(".txt"):
                note = f"{shown(places.attributes)}: {_REFUSED}"
        captions_sheet = captions_in_file(dataset)
        sheet = captions_sheet.path if captions_sheet is not None else None
        captions = captions_sheet or _caption_files(dataset, looked, problems)
        inside = [path for path in (*places.tables, places.mapping, sheet) if path is not None]
        parts = PhotoParts(
            photos=photos,
            ids=ids,
            looked=looked,
            captions=captions,
            attributes=attributes,
            splits=read_partition(dataset, looked, places.partition, frozenset(ids)),
            facts=CelebAFacts(dataset, places, photos, mapping),
            tables=tuple(inside),
            problems=tuple(problems),
            edit_note=note,
        )
        return PhotoStore(
            dataset,
            parts,
            layout=self.name,
            title=self.title,
            scheme=scheme,
            again=lambda: self.open(dataset.root, scheme),
        )


def _caption_files(dataset: DatasetFolder, looked: Looked, problems: list[Problem]) -> CaptionFolder | None:
    """Text files by photo, as Multi-Modal-CelebA-HQ has them, put beside the photos of CelebA."""
    places = Surveyor(dataset, looked).survey()
    if not places.captions or places.has_foreign_captions:
        return None
    names = Names(dataset, looked)
    files = list_files(names, places.captions, NameRule(Modality.CAPTIONS, ("txt",), numeric=False))
    problems += names.problems
    return CaptionFolder(dataset, files, places.caption_caches)


def _not_followed(path: str) -> str:
    return f"{shown(path)} is a link to a place outside the dataset; it is not followed. Put the folder there"


def _photos(dataset: DatasetFolder, looked: Looked, places: CelebAPlaces, problems: list[Problem]) -> FilesByName:
    names = Names(dataset, looked)
    if places.photos and places.photos[0]:
        photos = list_files(names, places.photos[:1], NameRule(Modality.PHOTO, PICTURES, numeric=False))
    else:
        # The photos lie beside the tables: what is no picture there is no stray.
        found = [(free_id(stem_of(name)), name) for name in sorted(names.of("")) if is_picture(name)]
        photos = FilesInTree("", without_doubles(found, "photos", problems))
    problems += names.problems
    for other in places.photos[1:]:
        message = f"{shown(other)}: photos of the same samples, not shown; open it by itself to see them"
        problems.append(Problem(Modality.PHOTO, other, message))
    return photos
