"""What a dataset's tables say about its samples, on its way into the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.faces.attributes import Attributes
from app.faces.sample import Pose, SampleId

MOST_ATTRIBUTES = 64
"""Attributes of a sample are bits of one number; a table with more columns is searched by its first 64."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One sample's rows: attributes and pose (None: it has no row), and its photo's name in the original CelebA."""

    attributes: Attributes | None = None
    pose: Pose | None = None
    celeba_file: str | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a dataset: a row for each sample that is in any of them; the others are known to have none.

    ``stamp`` tells later whether the files are still those that were read.
    """

    attribute_names: tuple[str, ...] = ()
    rows: Mapping[SampleId, TableRow] = field(default_factory=dict)
    stamp: bytes = b""

    @property
    def searched_names(self) -> tuple[str, ...]:
        """The attributes that can be searched for."""
        return self.attribute_names[:MOST_ATTRIBUTES]

    def bits_of(self, attributes: Attributes) -> tuple[int, int]:
        """The attributes that are yes and those that are known, as bit sets in the order of ``searched_names``."""
        if attributes.names != self.attribute_names:
            attributes = Attributes(self.attribute_names, tuple(attributes.get(name) for name in self.attribute_names))
        yes = known = 0
        bit = 1
        for value in attributes.values_[:MOST_ATTRIBUTES]:
            if value is not None:
                known |= bit
                if value:
                    yes |= bit
            bit <<= 1
        return yes, known
