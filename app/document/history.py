"""Undo and redo of one sample: a tree of steps with a current branch.

Every step has an id from a counter that is never reused, and knows its parent. The revision of a modality is the id of
the newest step on the way from the root that touched it: undoing restores the earlier revision by itself, and a value
is unsaved when its revision differs from that of the step that was saved. A step's difference may leave memory once
it is in the edit log; it is fetched again when needed.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.document.deltas import Delta
from app.faces.sample import EDITABLE, Modality

_last_id = 0


def new_id(at_least: int = 0) -> int:
    """A step id: microseconds since 1970, moved on where two would be equal. Main thread only."""
    global _last_id  # noqa: PLW0603 - one counter per process is the point
    _last_id = max(_last_id + 1, at_least + 1, time.time_ns() // 1000)
    return _last_id


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history panel. ``time`` in seconds since 1970; steps that are not done can be redone."""

    id: int
    label: str
    time: float
    is_current: bool
    is_done: bool
    modality: Modality | None = None
    """What it changed; None: review marks."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Steps that were taken back before something else was done: they leave the current ones after a step.

    ``tip`` is the newest of them, ``after`` the step they follow (0: none, they begin where the history does); the
    label and the modality are those of the first.
    """

    after: int
    tip: int
    label: str
    modality: Modality
    time: float
    steps: int


class Place(NamedTuple):
    """Where a history stands, to see cheaply what became of it: ids of steps (0: none), and how many there are."""

    root: int
    head: int
    parent: int
    newest: int
    steps: int


@dataclass(slots=True, eq=False)
class Node:
    """A step in the tree. The root has no modality; it is the value as the history found it on disk."""

    id: int
    parent: Node | None = None
    modality: Modality | None = None
    label: str = ""
    time: float = 0.0
    delta: Delta | None = None
    logged: bool = False
    branch: Node | None = None
    """The child that redo takes."""
    revisions: dict[Modality, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        before = self.parent.revisions if self.parent else dict.fromkeys(EDITABLE, self.id)
        self.revisions = dict(before)
        if self.modality is not None:
            self.revisions[self.modality] = self.id


class History:
    """The tree of one sample. ``head`` is where the values stand, ``saved`` what the files hold."""

    def __init__(self, root_id: int) -> None:
        self.root = Node(root_id)
        self.nodes = {root_id: self.root}
        self.head = self.root
        self.saved = self.root
        self.started = False
        """Whether the edit log knows this tree."""

    def has_steps_of(self, modality: Modality) -> bool:
        """Whether any step, done or not, changes the modality."""
        return any(node.modality is modality for node in self.nodes.values())

    def grow(self, delta: Delta, label: str, step: int | None = None) -> Node:
        """A new step after the head, which becomes the head. ``step`` is its id where it is part of a bulk edit."""
        step = step or new_id(next(reversed(self.nodes)))
        node = Node(step, self.head, delta.modality, label, time.time(), delta)
        self.nodes[node.id] = node
        self.head.branch = node
        self.head = node
        return node

    def replace_head(self, delta: Delta | None) -> Node | None:
        """The head's step becomes another one (typing went on), or none at all (what was typed is gone again)."""
        old = self.head
        assert old.parent is not None
        del self.nodes[old.id]
        self.head = old.parent
        self.head.branch = None
        return None if delta is None else self.grow(delta, old.label)

    def step_back(self) -> None:
        """The head's parent is the head."""
        assert self.head.parent is not None
        self.head.parent.branch = self.head
        self.head = self.head.parent

    def move_to(self, node: Node) -> None:
        """``node`` is the head, and redo leads from every step before it to the next one towards it."""
        self.head = node
        while node.parent is not None:
            node.parent.branch = node
            node = node.parent

    @property
    def newest_id(self) -> int:
        """The id of the step that was made last, wherever in the tree it is; 0 without steps."""
        newest = next(reversed(self.nodes))
        return 0 if newest == self.root.id else newest

    def forget_undone(self) -> None:
        """Nothing can be done again: something new was done beside this tree."""
        self.head.branch = None

    def way_to(self, node: Node) -> tuple[list[Node], list[Node]]:
        """The steps to take back, then those to do again, that lead from the head to ``node``."""
        ancestors = {n.id for n in _upwards(self.head)}
        forth = []
        while node.id not in ancestors and node.parent is not None:
            forth.append(node)
            node = node.parent
        back = []
        for step in _upwards(self.head):
            if step is node:
                break
            back.append(step)
        return back, forth[::-1]

    def is_unsaved(self, modality: Modality) -> bool:
        """Whether the value differs from what was saved, by revision."""
        return self.head.revisions[modality] != self.saved.revisions[modality]

    def is_done(self, step: int) -> bool:
        """Whether the step leads to where the values stand."""
        return any(node.id == step for node in _upwards(self.head))

    def branch(self) -> list[Node]:
        """The current branch, oldest first, without the root: what is done, then what can be redone."""
        nodes = [n for n in _upwards(self.head) if n.parent is not None][::-1]
        ahead = self.head.branch
        while ahead is not None:
            nodes.append(ahead)
            ahead = ahead.branch
        return nodes

    def steps(self) -> tuple[Step, ...]:
        """The current branch for display."""
        done = {n.id for n in _upwards(self.head)}
        return tuple(self.step(node, is_done=node.id in done) for node in self.branch())

    def step(self, node: Node, *, is_done: bool = True) -> Step:
        """A node for display."""
        return Step(node.id, node.label, node.time, node is self.head, is_done, node.modality)

    def branches(self, shown: Container[int]) -> tuple[Branch, ...]:
        """All steps that are not among those ``shown``, as branches by the time of their first step."""
        found: dict[int, Branch] = {}
        first_of: dict[int, int] = {}
        for node in self.nodes.values():  # parents come before their children
            if node.parent is None or node.modality is None or node.id in shown:
                continue
            first = first_of[node.id] = first_of.get(node.parent.id, node.id)
            if first == node.id:
                after = 0 if node.parent is self.root else node.parent.id
                found[first] = Branch(after, node.id, node.label, node.modality, node.time, 1)
            else:
                found[first] = replace(found[first], tip=node.id, time=node.time, steps=found[first].steps + 1)
        return tuple(found.values())

    @property
    def place(self) -> Place:
        """Where it stands; takes the same time however long it is."""
        parent = self.head.parent
        head, before = (0 if node is None or node is self.root else node.id for node in (self.head, parent))
        return Place(self.root.id, head, before, self.newest_id, len(self.nodes) - 1)


def _upwards(node: Node | None) -> Iterator[Node]:
    while node is not None:
        yield node
        node = node.parent
