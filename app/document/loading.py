"""Reading one sample's editable values, on whatever thread: the document admits the result on its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from app.document import disk
from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.errors import FaceDataError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Pose, Problem, SampleId, Sketch
from app.faces.store import SampleStore


@dataclass(frozen=True, slots=True, eq=False)
class LoadedSample:
    """Everything a document holds of one sample, as it was on disk at one moment. The arrays change owner with it.

    ``is_provisional``: the mask is from a cache. It is shown; before anything is done with it its files are read.
    ``is_mask_left``: of the mask's files only the hashes are known. They are read when somebody asks for it.
    """

    sample: SampleId
    mask: Loaded[MaskLayers]
    captions: Loaded[Captions]
    attributes: Loaded[Attributes]
    pose: Loaded[Pose]
    sketch: Loaded[Sketch]
    is_provisional: bool = False
    is_mask_left: bool = False


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
        load_sketch(store, sample),
        is_provisional=cached_mask is not None,
    )


def load_but_mask(store: SampleStore, sample: SampleId) -> LoadedSample:
    """Like ``load_sample`` for those who edit captions or attributes: twenty milliseconds of decoding are left out."""
    if store.read_only(Modality.MASK):
        return load_sample(store, sample)  # its files are perhaps gigabytes, and nobody needs their hashes
    stamps: dict[str, str | None] = {}
    for path in store.files(sample, Modality.MASK):
        try:
            data = disk.read_file(store.root / path)
        except (FaceDataError, OSError):
            return load_sample(store, sample)  # the reader has words for it
        stamps[path] = None if data is None else disk.digest_of(data)
    return LoadedSample(
        sample,
        Loaded(None, stamps),
        store.read_captions(sample),
        store.read_attributes(sample),
        store.read_pose(sample),
        load_sketch(store, sample),
        is_mask_left=True,
    )


def load_sketch(store: SampleStore, sample: SampleId) -> Loaded[Sketch]:
    """The sketch's file where sketches can be written; elsewhere it is shown by whoever shows it, and not held."""
    if why := store.read_only(Modality.SKETCH):
        return Loaded(None, read_only=why)
    files = store.files(sample, Modality.SKETCH)
    if not files:
        return Loaded(None)
    try:
        data = store.picture_bytes(sample, Modality.SKETCH)
    except FileNotFoundError:
        return Loaded(None)
    except (FaceDataError, OSError) as error:
        return Loaded(None, {}, (Problem(Modality.SKETCH, files[0], f"{files[0]}: {error}"),), str(error))
    return Loaded(Sketch(data), {files[0]: hashlib.sha256(data).hexdigest()})
