"""The trees of AttnGAN and its descendants: photos, ten captions each, and pickled split lists, all by one key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.sample import Modality, Problem, SampleId
from app.faces.store import SampleStore
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.photo_parts import CaptionFolder, PhotoParts
from app.formats.layouts.photo_places import PhotoPlaces, list_photos
from app.formats.layouts.photo_store import PhotoStore
from app.formats.listing import NameRule, Names, counted, list_files, natural_order
from app.formats.looked import Looked
from app.formats.splits import read_splits
from app.formats.tree import Places, Surveyor

_EDITED = frozenset({Modality.CAPTIONS})


@dataclass(frozen=True, slots=True)
class AttnGAN:
    """``images/KEY.jpg`` (in DF-GAN ``image/CelebA-HQ-img/KEY.jpg``), ``text/KEY.txt``, pickled lists of keys."""

    name: str = "attngan"
    title: str = "AttnGAN or DF-GAN"
    summary: str = "images/KEY.jpg, text/KEY.txt and train|test/filenames.pickle, as AttnGAN, DF-GAN, DM-GAN want them"
    reads: frozenset[Modality] = _EDITED | {Modality.PHOTO}
    writes: frozenset[Modality] = _EDITED

    def detect(self, folder: Path) -> Detection:
        """Captions right in ``text`` and two pickled lists speak for it; masks, sketches and tables against it."""
        if not folder.is_dir():
            return Detection(self.name, self.title, 0.0, refusals=("it is no folder",))
        dataset = DatasetFolder(folder)
        places = Surveyor(dataset, Looked(dataset)).survey()
        lists = [path for name, path in places.splits.items() if name in ("train", "test")]
        texts = _texts(places)
        if not places.photos or len(lists) < 2 or not texts or places.has_foreign_captions:
            why = "no photos with a folder text of captions and train|test/filenames.pickle"
            return Detection(self.name, self.title, 0.0, refusals=(why,))
        reasons = [f"captions in {shown(texts[0])}", f"splits {', '.join(map(shown, lists))}"]
        if places.caption_caches:
            reasons.append(f"the trainers' cache {shown(places.caption_caches[0])}")
        refusals = []
        if beyond := [*places.masks, *places.sketches, *filter(None, [places.attribute_table])]:
            refusals.append(f"{', '.join(map(shown, beyond[:3]))} would not be shown in this layout")
        if texts != places.captions:
            refusals.append(f"captions in {shown(places.captions[0])} would not be shown in this layout")
        return Detection(self.name, self.title, 0.3 if refusals else 0.85, tuple(reasons), tuple(refusals))

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The photos, captions and splits."""
        dataset = DatasetFolder(folder)
        looked = Looked(dataset)
        places = Surveyor(dataset, looked).survey()
        problems: list[Problem] = [*places.problems]
        photos = list_photos(dataset, looked, PhotoPlaces(tuple(places.photos), places), problems)
        names = Names(dataset, looked)
        captions = list_files(
            names, _texts(places) or places.captions, NameRule(Modality.CAPTIONS, ("txt",), "", False)
        )
        problems += names.problems
        ids = tuple(map(SampleId, natural_order(photos.ids())))
        known = frozenset(ids)
        if lost := natural_order(sample for sample in captions.ids() if sample not in known):
            message = f"captions of samples without a photo, not shown: {counted(lost)}"
            problems.append(Problem(Modality.CAPTIONS, "", message))
        parts = PhotoParts(
            photos=photos,
            ids=ids,
            looked=looked,
            captions=CaptionFolder(dataset, captions, places.caption_caches),
            splits=read_splits(dataset, looked, places.splits, known),
            problems=tuple(problems),
        )
        return PhotoStore(
            dataset, parts, layout=self.name, title=self.title, scheme=scheme,
            again=lambda: self.open(dataset.root, scheme),
        )  # fmt: skip


def _texts(places: Places) -> list[str]:
    return [path for path in places.captions if path.rpartition("/")[2].casefold() == "text"]
