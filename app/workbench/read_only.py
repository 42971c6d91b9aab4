"""What of a dataset cannot be edited in place, known before anybody tries."""

from __future__ import annotations

from collections.abc import Mapping

from app.faces.sample import EDITABLE, Modality
from app.faces.store import SampleStore

_OFFER = "; make a working copy"
"""How a layout says that another one could hold the edit."""


def read_only_reasons(store: SampleStore) -> dict[str, list[Modality]]:
    """Why what of the dataset cannot be edited in place; empty where all that it has can be.

    A modality that it never had is no news, unless its place could only be made in a working copy.
    """
    reasons: dict[str, list[Modality]] = {}
    for modality in EDITABLE:
        why = store.read_only(modality)
        if why and (_OFFER in why or any(store.has(sample, modality) for sample in store.sample_ids)):
            reasons.setdefault(why, []).append(modality)
    return reasons


def is_solved_by_copy(reasons: Mapping[str, object]) -> bool:
    """Whether a working copy could be edited where the dataset cannot; an uncertain class order stays uncertain."""
    return any(_OFFER in why for why in reasons)


def without_offer(why: str) -> str:
    """The reason alone, for who offers the working copy in another way."""
    return why.partition(_OFFER)[0]
