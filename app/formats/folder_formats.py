"""The two layouts of the CelebA-HQ family that are edited in place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from app.faces.classes import OFFICIAL_SCHEME, ClassScheme
from app.faces.errors import LayoutError
from app.faces.sample import Modality
from app.faces.store import SampleStore
from app.formats.class_order import ClassOrder, class_order
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.kept_listing import listed_before
from app.formats.listed import Listed, list_dataset
from app.formats.store import FolderStore
from app.formats.survey import survey
from app.formats.tree import PHOTO_FOLDERS, Places

_EDITED = frozenset({Modality.MASK, Modality.ATTRIBUTES})


@dataclass(frozen=True, slots=True)
class _Evidence:
    """One part of a tree: what it says for or against a layout."""

    weight: float
    text: str


def _photo_refusal(places: Places) -> str:
    names = ", ".join(PHOTO_FOLDERS[:5])
    if places.loose_photos:
        return f"pictures lie in this folder itself; open the folder above it, with the photos in one of {names}"
    return f"no folder of photos here or one level below (looked for {names}, …)"


def _with_samples(store: FolderStore, title: str, places: Places) -> FolderStore:
    if store.sample_ids:
        return store
    why = f"{_joined(places.photos)} holds no photo named like a sample" if places.photos else _photo_refusal(places)
    told = "".join(f"; {problem.message}" for problem in store.problems[:3])
    raise LayoutError(f"{shown(store.root.name)} is no {title} dataset: {why}{told}")


def _order(folder: DatasetFolder, listed: Listed, scheme: ClassScheme) -> ClassOrder:
    """The order of the index maps where they are the masks; beside class files they are read in the official one."""
    if listed.class_files.folders:
        return ClassOrder(scheme)
    return class_order(folder, listed.index_maps, scheme, usual=OFFICIAL_SCHEME)


def _detection(
    name: str, title: str, places: Places, evidence: list[_Evidence], refusals: list[str], least: float
) -> Detection:
    refusals += [problem.message for problem in places.problems]
    reasons = tuple(item.text for item in evidence)
    if not places.photos:
        return Detection(name, title, 0.0, reasons, (_photo_refusal(places), *refusals))
    confidence = min(1.0, sum(item.weight for item in evidence))
    return Detection(name, title, round(max(least, confidence), 2), reasons, tuple(refusals))


def _joined(paths: list[str]) -> str:
    return ", ".join(shown(path) for path in paths)


def _native_evidence(places: Places) -> list[_Evidence]:
    evidence = []
    if places.photos:
        official = any(path.rpartition("/")[2].casefold().startswith("celeba-hq-img") for path in places.photos)
        evidence.append(_Evidence(0.4 if official else 0.2, f"photos in {_joined(places.photos)}"))
    if places.has_class_files:
        evidence.append(_Evidence(0.4, f"one mask file per class in {_joined(places.masks)}"))
    elif places.masks:
        evidence.append(_Evidence(0.1, f"masks in {_joined(places.masks)}"))
    tables = [path for path in (places.attribute_table, places.pose_table, places.mapping_table) if path]
    if tables:
        evidence.append(_Evidence(0.2, f"tables {_joined(tables)}"))
    return evidence


def _multi_modal_evidence(places: Places) -> list[_Evidence]:
    evidence = []
    if places.captions and places.has_foreign_captions:
        evidence.append(_Evidence(0.05, f"no text files in {_joined(places.captions)}"))
    elif places.captions:
        evidence.append(_Evidence(0.35, f"captions in {_joined(places.captions)}"))
    if places.sketches:
        evidence.append(_Evidence(0.2, f"sketches in {_joined(places.sketches)}"))
    if places.splits:
        evidence.append(_Evidence(0.2, f"splits {_joined(list(places.splits.values()))}"))
    return evidence


@dataclass(frozen=True, slots=True)
class CelebAMaskHQ:
    """``CelebA-HQ-img/N.jpg``, ``CelebAMask-HQ-mask-anno/K/NNNNN_class.png`` and three tables."""

    name: str = "celebamask-hq"
    title: str = "CelebAMask-HQ"
    summary: str = "photos, one binary mask per class (overlapping), attribute, pose and mapping tables"
    reads: frozenset[Modality] = _EDITED | {Modality.PHOTO, Modality.POSE}
    writes: frozenset[Modality] = _EDITED

    def detect(self, folder: Path) -> Detection:
        """Speaks for the released tree; captions, sketches and splits are named as what would not be shown."""
        try:
            places = survey(folder, opening=False).places
        except LayoutError as error:
            return Detection(self.name, self.title, 0.0, refusals=(str(error),))
        evidence = _native_evidence(places)
        beyond = _multi_modal_evidence(places)
        refusals = [f"{item.text} would not be shown in this layout" for item in beyond]
        if beyond:
            evidence = [_Evidence(item.weight / 2, item.text) for item in evidence]
        return _detection(self.name, self.title, places, evidence, refusals, least=0.1)

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The dataset without captions, sketches and splits."""
        return self.reopen(folder, scheme, b"")

    def reopen(self, folder: Path, scheme: ClassScheme, listing: bytes) -> SampleStore:
        """The dataset without captions, sketches and splits; names from the listing where it holds."""
        found = survey(folder, opening=True)
        dataset, looked = found.folder, found.looked
        places = replace(found.places, captions=[], sketches=[], splits={})
        listed = listed_before(listing, dataset, looked, places, numeric=True)
        if listed is None:
            listed = list_dataset(dataset, looked, places, numeric=True)
        order = _order(dataset, listed, scheme)
        store = FolderStore(
            dataset, listed, layout=self.name, order=order, again=lambda: self.open(folder, order.scheme)
        )
        return _with_samples(store, self.title, places)


@dataclass(frozen=True, slots=True)
class MultiModalCelebAHQ:
    """Photos with captions, sketches, split lists and masks of either kind, in the trees people have."""

    name: str = "mm-celeba-hq"
    title: str = "Multi-Modal-CelebA-HQ"
    summary: str = "photos, captions, sketches, splits, index maps or one mask per class, and the tables if present"
    reads: frozenset[Modality] = frozenset(Modality)
    writes: frozenset[Modality] = _EDITED | {Modality.CAPTIONS, Modality.SKETCH}

    def detect(self, folder: Path) -> Detection:
        """Speaks for any tree with captions, sketches, splits or index maps beside its photos."""
        try:
            places = survey(folder, opening=False).places
        except LayoutError as error:
            return Detection(self.name, self.title, 0.0, refusals=(str(error),))
        evidence = _multi_modal_evidence(places)
        # A released tree that got sketches alone is to be shown with them.
        class_files = 0.15 if evidence else 0.0
        refusals = [] if evidence else ["no captions, sketches or splits"]
        if places.photos:
            evidence.insert(0, _Evidence(0.25, f"photos in {_joined(places.photos)}"))
        if places.has_class_files:
            evidence.append(_Evidence(class_files, f"one mask file per class in {_joined(places.masks)}"))
        elif places.has_index_masks:
            evidence.append(_Evidence(0.2, f"index maps in {_joined(places.masks)}"))
        if places.attribute_table:
            evidence.append(_Evidence(0.0, f"attributes in {shown(places.attribute_table)}"))
        return _detection(self.name, self.title, places, evidence, refusals, least=0.1)

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The dataset with everything found."""
        return self.reopen(folder, scheme, b"")

    def reopen(self, folder: Path, scheme: ClassScheme, listing: bytes) -> SampleStore:
        """The dataset with everything found; names from the listing where it holds."""
        found = survey(folder, opening=True)
        dataset, looked, places = found.folder, found.looked, found.places
        listed = listed_before(listing, dataset, looked, places, numeric=False)
        if listed is None:
            listed = list_dataset(dataset, looked, places, numeric=False)
        order = _order(dataset, listed, scheme)
        store = FolderStore(
            dataset, listed, layout=self.name, order=order, again=lambda: self.open(folder, order.scheme)
        )
        return _with_samples(store, self.title, places)
