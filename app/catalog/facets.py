"""How many of the samples shown have each class, attribute, split, state, tag and modality: the counts beside a list.

Counting eighteen classes and forty attributes one by one would be sixty passes over the samples. Instead the bits of
the chosen rows are unpacked by byte: a histogram of each byte's 256 values gives eight counts at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.catalog.columns import MODALITY_BIT, Columns, Marks
from app.faces.classes import LAYER_CLASSES
from app.faces.review import ReviewState
from app.faces.sample import Modality

_BITS_OF_BYTE = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts among the chosen samples. What is not known yet of a sample counts as neither yes nor no.

    ``classes`` by name; ``attributes`` by name as (yes, no); ``splits`` by name, with ``None`` for samples in none;
    ``states`` with every state; ``tags`` and ``findings`` by name; ``missing`` are the samples without a modality.
    ``edited`` and ``unsaved`` count those marks.
    """

    total: int
    classes: Mapping[str, int]
    classes_known: int
    attributes: Mapping[str, tuple[int, int]]
    splits: Mapping[str | None, int]
    states: Mapping[ReviewState, int]
    tags: Mapping[str, int]
    findings: Mapping[str, int]
    modalities: Mapping[Modality, int]
    missing: Mapping[Modality, int]
    edited: int
    unsaved: int


def facet_counts(columns: Columns, rows: Marks | None = None) -> Facets:
    """Count among the rows that are True in ``rows`` (n,) bool, or among all."""
    chosen = slice(None) if rows is None or bool(rows.all()) else np.flatnonzero(rows)
    total = len(columns.have[chosen])
    classes = _bit_counts(columns.classes[chosen])
    known, yes = _bit_counts(columns.known[chosen]), _bit_counts(columns.yes[chosen])
    split = np.bincount(columns.split[chosen] + 1, minlength=len(columns.split_names) + 1).tolist()
    state = np.bincount(columns.state[chosen], minlength=len(ReviewState)).tolist()
    have = _bit_counts(columns.have[chosen])
    tabled = int(np.count_nonzero(columns.tabled[chosen]))
    modalities = {m: have[bit.bit_length() - 1] for m, bit in MODALITY_BIT.items()}
    asked = {m: tabled if m in (Modality.ATTRIBUTES, Modality.POSE) else total for m in Modality}
    return Facets(
        total=total,
        classes={c.name: classes[c.id - 1] for c in LAYER_CLASSES},
        classes_known=int(np.count_nonzero(columns.classes_known[chosen])),
        attributes={name: (yes[at], known[at] - yes[at]) for at, name in enumerate(columns.attribute_names)},
        splits={
            **{name: split[at + 1] for at, name in enumerate(columns.split_names)},
            **({None: split[0]} if columns.split_names else {}),
        },
        states={value: state[at] for at, value in enumerate(ReviewState)},
        tags=_marked(columns.tags, chosen),
        findings=_marked(columns.findings, chosen),
        modalities=modalities,
        missing={m: asked[m] - modalities[m] for m in Modality},
        edited=int(np.count_nonzero(columns.edited[chosen])),
        unsaved=int(np.count_nonzero(columns.unsaved[chosen])),
    )


def _bit_counts(sets: npt.NDArray[np.unsignedinteger]) -> list[int]:
    """How many of the bit sets hold each bit, from the lowest."""
    octets = np.ascontiguousarray(sets).view(np.uint8).reshape(len(sets), sets.itemsize)
    counts = [np.bincount(octets[:, at], minlength=256) @ _BITS_OF_BYTE for at in range(sets.itemsize)]
    return [int(count) for count in np.concatenate(counts)]


def _marked(marks: Mapping[str, Marks], chosen: npt.NDArray[np.int64] | slice) -> dict[str, int]:
    counts = {name: int(np.count_nonzero(marked[chosen])) for name, marked in sorted(marks.items())}
    return {name: count for name, count in counts.items() if count}
