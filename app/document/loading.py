"""Reading one sample's editable values, on whatever thread: the document admits the result on its own."""

from __future__ import annotations

from dataclasses import dataclass

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Pose, SampleId
from app.faces.store import SampleStore


@dataclass(frozen=True, slots=True, eq=False)
class LoadedSample:
    """Everything a document holds of one sample, as it was on disk at one moment. The arrays change owner with it."""

    sample: SampleId
    mask: Loaded[MaskLayers]
    captions: Loaded[Captions]
    attributes: Loaded[Attributes]
    pose: Loaded[Pose]


def load_sample(store: SampleStore, sample: SampleId) -> LoadedSample:
    """Read a sample's values; safe from any thread. Raises SampleNotFoundError."""
    return LoadedSample(
        sample,
        store.read_mask(sample),
        store.read_captions(sample),
        store.read_attributes(sample),
        store.read_pose(sample),
    )
