"""What a sample has besides pictures, read for an export: what cannot be read is told, not dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.faces.sample import Loaded, Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.protocol import LeftOut

T = TypeVar("T")


def value_of(
    store: SampleStore,
    sample: SampleId,
    modality: Modality,
    read: Callable[[SampleId], Loaded[T]],
    left_out: list[LeftOut],
) -> T | None:
    """What ``read`` (one of the store's) gives; None where the sample has none, or where ``left_out`` tells why not."""
    if not store.has(sample, modality):
        return None
    loaded = read(sample)
    if loaded.value is None:
        whys = [problem.message for problem in loaded.problems] or [f"the {modality.value} cannot be read"]
        left_out += [LeftOut(sample, modality, why) for why in whys]
    return loaded.value


def texts_of(store: SampleStore, sample: SampleId, left_out: list[LeftOut]) -> tuple[str, ...] | None:
    """The texts of the captions; None as in ``value_of``, and for a file that is no text."""
    captions = value_of(store, sample, Modality.CAPTIONS, store.read_captions, left_out)
    if captions is not None and (why := captions.unreadable or captions.not_utf8):
        left_out.append(LeftOut(sample, Modality.CAPTIONS, f"its captions cannot be read: {why}"))
        return None
    return None if captions is None else captions.texts
