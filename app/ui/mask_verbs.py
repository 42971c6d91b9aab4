"""The rules of the strip by key, and changes of whole classes of the mask on screen at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.faces.classes import CLASSES, LAYER_CLASSES, FaceClass
from app.faces.errors import InvalidEditError
from app.faces.mask import Binary, Bits, MaskLayers
from app.faces.sample import SampleId
from app.imaging.components import PAIRS, replaced, swapped
from app.imaging.compose import Area, Others
from app.imaging.resampling import sampled
from app.ui.mask_change import change_mask
from app.ui.strip.photo_range import toggle_range
from app.ui.strip.rule_words import against_others, is_exclusive

if TYPE_CHECKING:
    from app.ui.session import Session


def next_others(session: Session) -> None:
    """The next rule for other classes that makes sense on this mask."""
    rules = [rule for rule in Others if not against_others(rule, exclusive=is_exclusive(session))]
    at = rules.index(session.others) if session.others in rules else -1
    session.others = rules[(at + 1) % len(rules)]


def next_area(session: Session) -> None:
    """The next editable area; inside and outside stay about the class they were about."""
    areas = list(Area)
    session.area = areas[(areas.index(session.area) + 1) % len(areas)]


def turn_range(session: Session) -> None:
    """The range of the photo's values counts, or not any more."""
    toggle_range(session)


def lift_restrictions(session: Session) -> None:
    """Everything may be changed everywhere; other classes give way as usual."""
    session.area, session.others = Area.EVERYWHERE, Others.SHOW
    session.photo_range = None
    session.locked, session.background_locked = 0, False


def swap(session: Session, pairs: Sequence[tuple[FaceClass, FaceClass]]) -> None:
    """The two classes of each pair change places; of a pair with a locked class neither does.

    Raises InvalidEditError where that leaves nothing.
    """
    free = [pair for pair in pairs if not session.locked & (pair[0].bit | pair[1].bit)]
    if not free:
        locked = [c.title for pair in pairs for c in pair if c.bit & session.locked]
        raise InvalidEditError(
            f"{' and '.join(locked)} {'is' if len(locked) == 1 else 'are'} locked" if locked else
            "the class in hand is not one of a pair; choose an eye, a brow or an ear"
        )  # fmt: skip
    names = [f"{one.name} and {other.name}" for one, other in free]
    label = f"Swap {names[0]}" if len(names) == 1 else "Swap left and right"
    change_mask(session, lambda mask: swapped(mask.bits, free), label)


def swap_all(session: Session) -> None:
    """Left and right change places in every pair. Raises InvalidEditError."""
    swap(session, PAIRS)


def swap_pair(session: Session) -> None:
    """The class in hand and its other side change places. Raises InvalidEditError."""
    held = CLASSES[session.face_class]
    swap(session, [pair for pair in PAIRS if held in pair])


def copy_previous(session: Session) -> None:
    """The class in hand lies where it lies in the sample before this one. Raises InvalidEditError."""
    document, sample, held = session.document, session.sample, _held(session)
    before: tuple[SampleId, ...] = session.neighbours(sample, (-1,)) if sample is not None else ()
    if document is None or not before:
        raise InvalidEditError("there is no sample before this one in the list")
    mask = document.mask(before[0])
    if mask is None or not mask.present & held.bit:
        raise InvalidEditError(f"sample {before[0]} has no {held.title.lower()}")
    _take(session, held, mask, f"Copy {held.name} from sample {before[0]}")


def copy_saved(session: Session) -> None:
    """The class in hand lies where the files on disk have it. Raises InvalidEditError."""
    document, sample, held = session.document, session.sample, _held(session)
    mask = document.saved_mask(sample) if document is not None and sample is not None else None
    if mask is None:
        raise InvalidEditError("there is no mask on disk for this sample yet")
    _take(session, held, mask, f"Take {held.name} from its file")


def _held(session: Session) -> FaceClass:
    held = CLASSES[session.face_class]
    if held not in LAYER_CLASSES:
        raise InvalidEditError("the background is where no class is; choose a class")
    if held.bit & session.locked:
        raise InvalidEditError(f"{held.title} is locked; unlock it first")
    return held


def _take(session: Session, held: FaceClass, source: MaskLayers, label: str) -> None:
    def wanted(mask: MaskLayers) -> Bits:
        covered: Binary = source.layer(held.name)
        if covered.shape != mask.shape:
            covered = sampled(covered, mask.shape)
        return replaced(mask.bits, held.id, covered, exclusive=mask.exclusive)

    change_mask(session, wanted, label)
