"""What a person decided of a sample: a state, tags, a note, findings dismissed. The user's work, not the dataset's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from app.faces.sample import SampleId


class ReviewState(Enum):
    """Where a sample stands in a review."""

    NONE = "none"
    REJECTED = "rejected"
    PENDING = "pending"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Review:
    """The marks of one sample. ``tags`` are sorted and unique; ``note`` may have several lines.

    ``dismissed`` are the keys of findings that somebody looked at and let stand, sorted and unique.
    """

    state: ReviewState = ReviewState.NONE
    tags: tuple[str, ...] = ()
    note: str = ""
    dismissed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever marked, or all of it was taken back."""
        return self == _EMPTY


_EMPTY = Review()


class ReviewStore(Protocol):
    """Who knows the marks of a dataset: the catalog mirrors them, the document keeps them."""

    def reviews(self) -> Mapping[SampleId, Review]:
        """The marks of every sample that has any."""
        ...
