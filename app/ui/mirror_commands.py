"""What the actions about the other side of the face do; see ``commands``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.session import Session

MIRROR_KEY = "brush.mirror"
"""The option of brush and eraser; ``brush_options`` is loaded after the first paint."""


def mirror_handlers(session: Callable[[], Session]) -> dict[str, Callable[[], None]]:
    """By action id."""
    return {"brush.mirror": lambda: turn_mirror(session()), "mask.copy_across": lambda: copy_across(session())}


def is_mirroring(session: Session) -> bool:
    """Whether the brush paints both sides of the face."""
    return bool(session.option(MIRROR_KEY, False))


def turn_mirror(session: Session) -> None:
    """The brush paints both sides of the face, or not any more."""
    session.set_option(MIRROR_KEY, not is_mirroring(session))


def copy_across(session: Session) -> None:
    """The class in hand lies on the other side of the face as it lies on its own.

    Of a pair, the other class is replaced by the mirrored one; a class without a pair (an earring) is added to where
    it is. Raises InvalidEditError where there is no class, no axis or nothing to change, and ReadOnlyError.
    """
    import numpy as np

    from app.faces.classes import CLASSES
    from app.faces.errors import InvalidEditError
    from app.faces.mask import Bits, MaskLayers
    from app.imaging.components import replaced
    from app.imaging.face_axis import face_axis
    from app.ui.mask_change import change_mask

    held = CLASSES[session.face_class]
    target = held.partner or held
    if not held.bit:
        raise InvalidEditError("the background is where no class is; choose a class")
    if target.bit & session.locked:
        raise InvalidEditError(f"{target.title} is locked; unlock it first")

    def wanted(mask: MaskLayers) -> Bits:
        layer, pair = mask.layer(held.name), np.uint32(held.bit | target.bit)
        axis = face_axis(mask.bits & ~pair) or face_axis(mask.bits)  # the side to be replaced is not to be trusted
        if not layer.any():
            raise InvalidEditError(f"there is no {held.title.lower()} to copy to the other side")
        if axis is None:
            raise InvalidEditError("no eyes, nose or mouth are painted yet to mirror about")
        across = axis.mirrored_area(layer)
        covered = across if held.partner else across | layer
        return replaced(mask.bits, target.id, covered, exclusive=mask.exclusive)

    what = f"{held.name} to {target.name}" if held.partner else f"{held.name} to the other side"
    change_mask(session, wanted, f"Copy {what}")
