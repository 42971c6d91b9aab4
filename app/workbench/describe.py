"""What is in a dataset, and everything about one sample, as values that the window, scripts and ``--json`` share."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.faces.captions import Captions
from app.faces.classes import CLASSES, LAYER_CLASSES
from app.faces.errors import SampleNotFoundError
from app.faces.sample import Loaded, Modality, Problem, SampleId
from app.faces.store import FactStore, SampleStore
from app.jobs import Progress, Silent

_READERS = 4


@dataclass(frozen=True, slots=True)
class DatasetDescription:
    """Counts of samples per modality, class and split. ``classes`` has the 18 layer classes in id order."""

    layout: str
    scheme: str
    paint_order: tuple[str, ...]
    samples: int
    modalities: Mapping[str, int]
    classes: Mapping[str, int]
    splits: Mapping[str, int]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The document that ``facewright info --json`` promises."""
        return {
            "layout": self.layout,
            "scheme": self.scheme,
            "paint_order": list(self.paint_order),
            "samples": self.samples,
            "modalities": dict(self.modalities),
            "classes": dict(self.classes),
            "splits": dict(self.splits),
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class SampleDescription:
    """One sample: paths are relative to the dataset, ``size`` is (width, height), areas are pixels."""

    id: str
    photo: str | None
    mask: Mapping[str, Any] | None
    sketch: str | None
    captions: tuple[str, ...]
    attributes: Mapping[str, bool | None]
    pose: Mapping[str, float] | None
    split: str | None
    problems: tuple[Problem, ...]
    facts: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The document that ``facewright show --json`` promises; ``review`` is null while nothing is marked.

        Facts that only some datasets know (``landmarks``, ``bbox``, ``identity`` …) stand beside the rest.
        """
        return {
            "id": self.id,
            "photo": self.photo,
            "mask": dict(self.mask) if self.mask is not None else None,
            "sketch": self.sketch,
            "captions": list(self.captions),
            "attributes": dict(self.attributes),
            "pose": dict(self.pose) if self.pose is not None else None,
            "split": self.split,
            "review": None,
            **self.facts,
        }


def describe_dataset(store: SampleStore, progress: Progress | None = None) -> DatasetDescription:
    """Count what there is. From names alone, except that index masks are read to see which classes they hold."""
    counts = dict.fromkeys((c.name for c in LAYER_CLASSES), 0)
    unreadable: list[str] = []
    for bits in _class_bits(store, progress or Silent(), unreadable):
        for face_class in LAYER_CLASSES:
            counts[face_class.name] += bool(bits & face_class.bit)
    modalities = {m.value: sum(store.has(sample, m) for sample in store.sample_ids) for m in Modality}
    # By now the tables were read, and the store knows what is wrong with them.
    warnings = [*(problem.message for problem in store.problems), *unreadable]
    names = {c.id: c.name for c in CLASSES}
    return DatasetDescription(
        layout=store.layout,
        scheme=store.scheme.name,
        paint_order=tuple(names[class_id] for class_id in store.paint_order),
        samples=len(store.sample_ids),
        modalities=MappingProxyType(modalities),
        classes=MappingProxyType(counts),
        splits=MappingProxyType({name: len(members) for name, members in store.splits.items()}),
        warnings=tuple(warnings),
    )


def describe_sample(store: SampleStore, sample: SampleId) -> SampleDescription:
    """Read one sample. What cannot be read is absent here and named in ``problems``. Raises SampleNotFoundError."""
    if sample not in store:
        raise SampleNotFoundError(f"the dataset has no sample {sample!r}; its ids go {_range_of(store)}")
    photo, sketch = store.read_photo(sample), store.read_sketch(sample)
    mask, captions = store.read_mask(sample), store.read_captions(sample)
    attributes, pose = store.read_attributes(sample), store.read_pose(sample)
    described = None
    if mask.value is not None:
        height, width = mask.value.shape
        described = {
            "scheme": store.scheme.name,
            "size": [width, height],
            "classes": mask.value.areas(),
            "flattened": mask.value.flattened_areas(store.paint_order),
        }
    angles = pose.value
    read: tuple[Loaded[Any], ...] = (photo, mask, sketch, captions, attributes, pose)
    return SampleDescription(
        id=sample,
        photo=_file_of(store, photo),
        mask=described,
        sketch=_file_of(store, sketch),
        captions=(captions.value or Captions()).texts,
        attributes=dict(attributes.value) if attributes.value is not None else {},
        pose={"yaw": angles.yaw, "pitch": angles.pitch, "roll": angles.roll} if angles is not None else None,
        split=store.split_of(sample),
        problems=tuple(problem for value in read for problem in value.problems),
        facts=store.facts(sample) if isinstance(store, FactStore) else {},
    )


def _class_bits(store: SampleStore, progress: Progress, warnings: list[str]) -> list[int]:
    """Every sample's classes as a bit set: by file names, or by reading the masks that only pixels can tell."""
    known = {sample: store.class_bits(sample) for sample in store.sample_ids}
    unknown = [sample for sample, bits in known.items() if bits is None and store.has(sample, Modality.MASK)]
    found = [bits for bits in known.values() if bits is not None]
    with ThreadPoolExecutor(_READERS) as readers:
        try:
            for done, loaded in enumerate(readers.map(store.read_mask, unknown), start=1):
                found.append(loaded.value.present if loaded.value is not None else 0)
                warnings += [problem.message for problem in loaded.problems]
                progress.report(done, len(unknown))
        except BaseException:
            readers.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def _file_of(store: SampleStore, loaded: Loaded[Any]) -> str | None:
    """The one file a picture was read from; a dataset that lies in an archive or a table gives its own name."""
    if loaded.value is not None and not loaded.stamps:
        return f"in {store.root.name}"
    return next((path for path, digest in loaded.stamps.items() if digest is not None), None)


def _range_of(store: SampleStore) -> str:
    ids = store.sample_ids
    return f"from {ids[0]} to {ids[-1]}" if ids else "nowhere: it has no samples"
