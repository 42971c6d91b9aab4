"""What the edit log tells: trees and steps of samples as its rows have them, and the history that they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.document.history import History, Node
from app.faces.errors import DamagedFileError
from app.faces.sample import Modality, SampleId

Stamps = Mapping[Modality, Mapping[str, str | None]]
"""Of each modality the files and their SHA-256; None: there was no such file."""


@dataclass(frozen=True, slots=True)
class LoggedTree:
    """One row of ``trees``, with the file hashes that belong to ``saved``."""

    sample: SampleId
    root: int
    head: int
    saved: int
    time: float
    stamps: Stamps


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """One step of any sample. ``parent`` is the step before it, 0 for the first; ``time`` in seconds since 1970.

    ``samples`` is how many share it: of a bulk edit one of them is told, that which was edited last.
    """

    sample: SampleId
    id: int
    parent: int
    modality: Modality
    label: str
    time: float
    is_done: bool
    samples: int = 1


def history_of(tree: LoggedTree, rows: Iterable[tuple[int, int, Modality, str, float]]) -> History:
    """Nodes from rows in ascending order of ids. Raises DamagedFileError when the tree's pointers lead nowhere."""
    rows = list(rows)
    history = History(tree.root)
    nodes = history.nodes
    parents = {row[0]: row[1] for row in rows}
    wanted = ancestors(tree.head, parents) | ancestors(tree.saved, parents)
    for step, parent, modality, label, when in rows:
        above = nodes.get(parent)
        if above is None and step in wanted:
            above = history.root  # what came before was pruned: undo ends here
        if above is None or parent >= step:
            continue
        nodes[step] = Node(step, above, modality, label, when, logged=True)
        above.branch = nodes[step]
    if tree.head not in nodes or tree.saved not in nodes:
        raise DamagedFileError(f"the edit log's history of sample {tree.sample} is incomplete")
    history.move_to(nodes[tree.head])
    history.head = history.saved = nodes[tree.saved]
    history.started = True
    return history


def ancestors(step: int | None, parents: Mapping[int, int]) -> set[int]:
    """The step and all before it, as far as ``parents`` (step → the one before) has them."""
    found: set[int] = set()
    while step is not None and step in parents and step not in found:
        found.add(step)
        step = parents[step]
    return found
