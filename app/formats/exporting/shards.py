"""Samples cut into shards by split, each shard one part of an export and one file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.faces.errors import ExportError
from app.formats.exporting.protocol import ExportItem, in_groups
from app.formats.files import shown

LOOSE = "unassigned"
"""The split of samples that are in none, where others are in one."""
_ODD = re.compile(r"[^\w.]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """The samples of one file: shard ``number`` of the ``count`` of its split."""

    split: str
    number: int
    count: int
    items: Sequence[ExportItem]


class Shards:
    """The shards of an export, the same in every process that has its items."""

    def __init__(self, items: Sequence[ExportItem], size: int, *, whole: str = "train") -> None:
        """``size``: samples in each. ``whole`` is the name of the one split where no sample is in any.

        Raises ExportError where two splits would get one name.
        """
        self._names = split_names([item.split for item in items], whole)
        order = list(dict.fromkeys(item.split for item in items))
        ordered = sorted(items, key=lambda item: order.index(item.split))
        groups = in_groups(ordered, size)
        counts = {split: sum(group[0].split == split for group in groups) for split in order}
        seen = dict.fromkeys(order, 0)
        self.all: list[Shard] = []
        for group in groups:
            split = group[0].split
            self.all.append(Shard(self._names[split], seen[split], counts[split], group))
            seen[split] += 1
        # Not by the first sample: what is gone by then, or ends the program that reads it, is left out of its part.
        self._of = {item.sample: shard for shard in self.all for item in shard.items}

    @property
    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """One part for each shard."""
        return [shard.items for shard in self.all]

    @property
    def splits(self) -> Sequence[str]:
        """The splits' names in order."""
        return list(self._names.values())

    def of(self, items: Sequence[ExportItem]) -> Shard:
        """The shard that a part is, whatever is left of it."""
        return self._of[items[0].sample]


def split_names(splits: Sequence[str], whole: str) -> dict[str, str]:
    """The name of each split: letters, digits, underscores and dots are what ``datasets`` takes.

    Raises ExportError where two splits would get one name.
    """
    distinct = list(dict.fromkeys(splits))
    if distinct == [""]:
        return {"": whole}
    names = {split: _ODD.sub("_", split).strip(".") or "_" if split else LOOSE for split in distinct}
    for split, name in names.items():
        other = next((each for each, its in names.items() if its == name and each != split), None)
        if other is not None:
            raise ExportError(f"splits {shown(split)} and {shown(other)} would both be called {name}; rename one")
    return names
