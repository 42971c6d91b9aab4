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
    """Everything a document holds of one sample, as it was on disk at one moment. The arrays change owner with it.

    ``is_provisional``: the mask is from a cache. It is shown; before anything is done with it its files are read.
    """

    sample: SampleId
    mask: Loaded[MaskLayers]
    captions: Loaded[Captions]
    attributes: Loaded[Attributes]
    pose: Loaded[Pose]
    is_provisional: bool = False


def load_sample(store: SampleStore, sample: SampleId, cached_mask: MaskLayers | None = None) -> LoadedSample:
    """Read a sample's values; safe from any thread. Raises SampleNotFoundError.

    ``cached_mask`` is taken for what the mask's files hold, which are not read then: a fresh array, made from files
    without problems that looked the same a moment ago.
    """
    return LoadedSample(
        sample,
        store.read_mask(sample) if cached_mask is None else Loaded(cached_mask),
        store.read_captions(sample),
        store.read_attributes(sample),
        store.read_pose(sample),
        is_provisional=cached_mask is not None,
    )
