"""One sample as the canvases show it: read, decoded, composed and drawn, by whatever thread has the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from PySide6.QtCore import QSize

from app.catalog.mask_cache import MaskCache, kept_mask
from app.catalog.stamps import settled_stamp, stamp_of
from app.document.loading import LoadedSample, load_sample
from app.faces.errors import FaceDataError
from app.faces.mask import Bits
from app.faces.sample import Loaded, Modality, Photo, Problem, SampleId, Sketch
from app.faces.store import SampleStore
from app.formats.files import sha256
from app.formats.pictures import read_picture
from app.formats.png import SIGNATURE
from app.imaging.adjustment import NEUTRAL, Adjustment
from app.imaging.overlay import OverlayStyle
from app.imaging.set_index import IndexedMask
from app.ui.canvas.frames import Frame, Framing, Role, draw_frame
from app.ui.canvas.layers import ComposedPicture, EncodedPhoto, image_of

_DECODED = (b"\xff\xd8\xff", SIGNATURE)


@dataclass(frozen=True, slots=True)
class Look:
    """How samples are shown at the moment: the colours of the masks, what each view shows, how photos look."""

    style: OverlayStyle
    framings: Mapping[Role, Framing] = field(default_factory=dict)
    adjustment: Adjustment = NEUTRAL


@dataclass(eq=False)
class SampleView:
    """One sample as the canvases show it."""

    sample: SampleId
    picture: ComposedPicture | None = None
    sketch: ComposedPicture | None = None
    frames: dict[Role, Frame] = field(default_factory=dict)
    """What the views show of it, drawn ahead."""
    as_read: IndexedMask | None = None
    """The mask as it was read, which takes a quarter of the memory in this form."""
    loaded: LoadedSample | None = None
    problems: tuple[Problem, ...] = ()
    look: Look | None = None
    """What it was drawn for."""
    is_stale: bool = False
    """The mask changed while the sample was not on screen: compose it anew before it is shown."""

    @cached_property
    def before(self) -> Bits | None:
        """The mask as it was read, untouched by strokes."""
        return self.as_read.layers().bits if self.as_read else None

    def is_drawn(self, look: Look) -> bool:
        """Whether its frames show what is to be seen."""
        picture = self.picture
        shown = self.frames.get(Role.PHOTO)
        is_as_drawn = picture is None or shown is None or shown.revision == picture.revision
        return self.look is look and is_as_drawn and not self.is_stale

    def redrawn(self, look: Look, bits: Bits | None) -> SampleView:
        """The same photo and sketch with this mask, for ``draw_ahead`` on another thread."""
        picture = self.picture.sibling() if self.picture else None
        if picture is not None:
            picture.adjust(look.adjustment)
            if bits is not None:
                picture.recolour(bits, look.style)
        return SampleView(self.sample, picture, self.sketch.sibling() if self.sketch else None)

    @property
    def pictures(self) -> tuple[ComposedPicture, ...]:
        """The photo and the sketch, where they are there."""
        return tuple(picture for picture in (self.picture, self.sketch) if picture is not None)

    def thin(self) -> None:
        """It is not on screen: keep what is to be seen of it, and the files of photo and sketch."""
        if self.frames:
            for picture in self.pictures:
                picture.drop_photo()

    @property
    def nbytes(self) -> int:
        """Memory held, with the mask that the document holds."""
        pictures = [picture.nbytes for picture in self.pictures]
        frames = [frame.image.sizeInBytes() for frame in self.frames.values()]
        mask = self.picture.bits.nbytes if self.picture and self.picture.bits is not None else 0
        return sum(pictures) + sum(frames) + mask + (self.as_read.index.nbytes if self.as_read else 0)


def read_sample(
    store: SampleStore,
    sample: SampleId,
    look: Look,
    live: Bits | None = None,
    masks: MaskCache | None = None,
    drawn: Loaded[Sketch] | None = None,
) -> SampleView:
    """Everything to show one sample, decoded and drawn. Any thread; raises FaceDataError and OSError.

    ``live`` is the document's mask of a sample that is open already; it is shown instead of the one on disk, as is the
    sketch ``drawn`` and not saved yet. With ``masks`` the mask is provisional where it is kept there, and kept where it
    was not.
    """
    photo, sketch = store.read_photo(sample), store.read_sketch(sample)
    loaded, as_read = _load(store, sample, masks)
    view = SampleView(sample, as_read=as_read, loaded=loaded, problems=photo.problems + sketch.problems)
    mask = loaded.mask.value
    if photo.value is not None:
        bits = live if live is not None else mask.bits if mask is not None else None
        encoded = _encoded(store, sample, Modality.PHOTO, photo)
        view.picture = ComposedPicture(image_of(photo.value), bits, look.style, encoded, look.adjustment)
    if drawn is not None:
        view.sketch = sketch_picture(drawn.value)
    elif sketch.value is not None:
        encoded = _encoded(store, sample, Modality.SKETCH, sketch)
        view.sketch = ComposedPicture(image_of(sketch.value), None, None, encoded)
    draw_ahead(view, look)
    return view


def sketch_picture(sketch: Sketch | None) -> ComposedPicture | None:
    """A sketch that is not in its file; None where there is none, or none that can be read."""
    if sketch is None:
        return None
    try:
        pixels, _ = read_picture(sketch.data)
    except FaceDataError:
        return None
    return ComposedPicture(image_of(pixels), None, None, EncodedPhoto(sketch.data))


def _encoded(store: SampleStore, sample: SampleId, modality: Modality, read: Loaded[Photo]) -> EncodedPhoto | None:
    """The bytes that were read; None where they are others by now, or none that are decoded here."""
    try:
        data = store.picture_bytes(sample, modality)
    except (FaceDataError, OSError):
        return None
    stamp = next(iter(read.stamps.values()), None)
    is_as_read = stamp is None or sha256(data) == stamp  # archives have no stamps: reading from another one fails
    return EncodedPhoto(data) if is_as_read and data.startswith(_DECODED) else None


def _load(store: SampleStore, sample: SampleId, masks: MaskCache | None) -> tuple[LoadedSample, IndexedMask | None]:
    """The sample's values, and its mask once more in small."""
    files = store.files(sample, Modality.MASK) if masks else ()
    stamp = stamp_of(store.root, files) if files else None
    if masks is not None and stamp is not None:
        kept = masks.get_indexed(sample, stamp)
        if kept is not None:
            return load_sample(store, sample, kept.layers()), kept
    loaded = load_sample(store, sample)
    mask = loaded.mask.value
    if mask is None:
        return loaded, None
    as_read = IndexedMask.of(mask)
    is_sound = not loaded.mask.problems and loaded.mask.read_only is None
    if masks is not None and stamp is not None and is_sound and settled_stamp(store.root, files) == stamp:
        masks.put_all([(sample, stamp, kept_mask(as_read))])
    return loaded, as_read


def draw_ahead(view: SampleView, look: Look) -> None:
    """Draw what the views will show of a sample, and keep that rather than what it was drawn from."""
    view.look = look
    photo = view.picture.photo_size if view.picture else QSize()
    for role, framing in look.framings.items():
        picture = view.sketch if role is Role.SKETCH else view.picture
        if picture is not None:
            view.frames[role] = draw_frame(picture, framing.over(photo) if photo.isValid() else framing)
    if look.framings:
        for picture in view.pictures:
            picture.slim()


def meet_qt(look: Look) -> None:
    """Draw a tiny sample, so that the main thread is the first to use every Qt class that other threads use.

    PySide6 makes Python's half of a class at its first use, and two threads that do so at once can wait for each other
    for ever: 3 of 55 starts with 6.8.3.
    """
    photo = image_of(np.zeros((2, 2, 3), np.uint8))
    view = SampleView(SampleId(""), ComposedPicture(photo, np.zeros((1, 1), np.uint32), look.style))
    assert view.picture is not None
    view.picture.sibling().image(bare=True, level=1)
    view.picture.image(bare=False, level=1)
    draw_ahead(view, look)
