"""Changing the whole mask on screen at once: what is wanted goes through the gate, and what is left is one edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.document.edits import MaskEdit
from app.faces.errors import InvalidEditError, ReadOnlyError
from app.faces.mask import Bits, MaskLayers
from app.faces.sample import Modality
from app.imaging.compose import admitted

if TYPE_CHECKING:
    from app.ui.session import Session


def mask_on_screen(session: Session) -> MaskLayers | None:
    """The live mask, to be read only; None where there is none, or its sample is not read yet."""
    document, sample = session.document, session.sample
    return document.mask(sample) if document and sample and document.is_open(sample) else None


def change_mask(
    session: Session,
    wanted: Callable[[MaskLayers], Bits],
    label: str,
    *,
    since: Bits | None = None,
    origin: object = None,
) -> None:
    """The mask on screen becomes what is wanted of it, as far as the session's rules allow: one undoable step.

    ``since``: the mask before an unfinished series of steps under the same rules, of which this one is the next: it is
    judged by that. Steps that follow each other soon with the same ``origin`` are one. Raises InvalidEditError where
    there is nothing to change or the rules leave nothing of it, and ReadOnlyError.
    """
    document, sample, mask = session.document, session.sample, mask_on_screen(session)
    if document is None or sample is None or mask is None:
        raise InvalidEditError("this sample has no mask")
    if reason := document.read_only(sample, Modality.MASK):
        raise ReadOnlyError(reason)
    bits = wanted(mask)
    after = admitted(mask.bits if since is None else since, bits, session.rules(), session.within())
    edit = MaskEdit.between(sample, mask.bits, after, label)
    if edit is None:
        changes = bool((bits != mask.bits).any())
        raise InvalidEditError(
            "locks, editable area and range leave nothing to change here"
            if changes
            else "that is how the mask is already"
        )
    document.do(replace(edit, origin=origin))
