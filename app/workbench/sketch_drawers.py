"""Drawing many sketches: by processes of their own where there are many, in the order in which they are done."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId, Sketch
from app.faces.store import FileChange, SampleStore
from app.formats.sketch_files import SketchForm, first_form, sketch_form, stored
from app.generation.sketch.linemap import LOOKED_AT_PX
from app.generation.sketch.methods import Draw, Method
from app.imaging.cv import cv2
from app.workbench.children import Channel, are_possible
from app.workbench.crew import Crew
from app.workbench.readers import StoreAddress, core_count

_TARGET = "app.workbench.sketch_drawers:serve"
_FEW = 8
"""Up to so many sketches, starting processes costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What every sketch of a run has in common. ``size`` of the longer side: None keeps what is there."""

    method: Method
    size: int | None
    like: SketchForm | None


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a sample has no sketch."""

    why: str


Drawn = FileChange | Failed


class Drawers(Protocol):
    def draw(self, samples: Sequence[SampleId]) -> Iterator[tuple[SampleId, Drawn] | None]: ...

    def close(self) -> None: ...


def drawn_sketches(
    store: SampleStore,
    method: Method,
    samples: Sequence[SampleId],
    *,
    size: int | None = None,
    workers: int | None = None,
) -> Generator[tuple[SampleId, Sketch | str] | None, None, None]:
    """The samples' sketches as they are done, in the form of the dataset's, or why there is none; nothing is written.

    None now and then while there is nothing new. Any thread; to be closed where it is not used up. Raises what the
    method's model cannot do.
    """
    drawers = drawers_for(store, method, samples, size, workers)
    try:
        for answer in drawers.draw(samples):
            if answer is None:
                yield None
            elif isinstance(answer[1], Failed):
                yield answer[0], answer[1].why
            else:
                yield answer[0], Sketch(answer[1].after or b"")
    finally:
        drawers.close()


def drawers_for(
    store: SampleStore, method: Method, samples: Sequence[SampleId], size: int | None, workers: int | None
) -> Drawers:
    assignment = Assignment(method, size, first_form(store, store.sample_ids))
    drawer = method.drawer()
    hands = core_count() if workers is None else workers
    if len(samples) > _FEW and hands > 1 and are_possible():
        return _Crew(StoreAddress.of(store), assignment, hands)
    return _Here(store, assignment, drawer)


def draw_sample(store: SampleStore, sample: SampleId, assignment: Assignment, draw: Draw) -> FileChange:
    """The file change that gives the sample its sketch. Raises FaceDataError or OSError."""
    form = sketch_form(store, sample, assignment.like)
    photo = store.read_photo(sample)
    if photo.value is None:
        raise DamagedFileError(photo.problems[0].message if photo.problems else "its photo cannot be read")
    mask: MaskLayers | None = None
    if assignment.method.needs_mask and store.has(sample, Modality.MASK):
        mask = store.read_mask(sample).value
    size = assignment.size or (max(form.shape) if form.shape else LOOKED_AT_PX)
    return stored(draw(photo.value, mask, size), form)


def _attempt(store: SampleStore, sample: SampleId, assignment: Assignment, draw: Draw) -> Drawn:
    try:
        return draw_sample(store, sample, assignment, draw)
    except (FaceDataError, OSError) as error:
        return Failed(error.strerror if isinstance(error, OSError) and error.strerror else str(error))


class _Here:
    """Draws on the calling thread."""

    def __init__(self, store: SampleStore, assignment: Assignment, draw: Draw) -> None:
        self._store, self._assignment, self._draw = store, assignment, draw

    def draw(self, samples: Sequence[SampleId]) -> Iterator[tuple[SampleId, Drawn] | None]:
        for sample in samples:
            yield sample, _attempt(self._store, sample, self._assignment, self._draw)

    def close(self) -> None:
        """Nothing runs."""


def serve(channel: Channel) -> None:
    """In a child: draw the samples one is told until the parent is gone."""
    cv2.setNumThreads(1)
    address, assignment = channel.receive()
    store = address.opened()
    draw = assignment.method.drawer()
    while True:
        channel.send(_attempt(store, channel.receive(), assignment, draw))


class _Crew:
    """Draws in ``count`` children."""

    def __init__(self, address: StoreAddress, assignment: Assignment, count: int) -> None:
        self._crew: Crew[SampleId, Drawn] = Crew(_TARGET, (address, assignment), count, _broken)

    def draw(self, samples: Sequence[SampleId]) -> Iterator[tuple[SampleId, Drawn] | None]:
        """In the order in which they are done; None now and then while there is nothing new. Raises FaceDataError."""
        return self._crew.work(samples)

    def close(self) -> None:
        """No child is left, and no thread."""
        self._crew.close()


def _broken(_sample: SampleId) -> Drawn:
    return Failed("the process that drew it ended; is the photo sound?")
