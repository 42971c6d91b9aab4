"""A line's past is found again whatever happened around it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from app.document.caption_past import caption_past, line_before
from app.document.deltas import CaptionsDelta
from app.document.history import Step
from app.faces.captions import Captions
from app.faces.sample import Modality

ABC = Captions.from_texts(["a", "b", "c"])


@pytest.mark.parametrize(
    ("change", "line", "stood"),
    [
        (lambda c: c.replacing(1, "B"), 1, 1),
        (lambda c: c.replacing(1, "B"), 2, 2),
        (lambda c: c.inserting(1, "new"), 0, 0),
        (lambda c: c.inserting(1, "new"), 1, None),
        (lambda c: c.inserting(1, "new"), 2, 1),
        (lambda c: c.inserting(3, "new"), 3, None),
        (lambda c: c.removing(0), 0, 1),
        (lambda c: c.moving(0, 2), 2, 0),
        (lambda c: c.moving(0, 2), 0, 1),
        (lambda c: c.moving(2, 0), 0, 2),
    ],
)
def test_a_line_is_found_before_a_change(change: Callable[[Captions], Captions], line: int, stood: int | None) -> None:
    assert line_before(ABC, change(ABC), line) == stood


def test_the_past_goes_through_moves_and_tells_each_text_once() -> None:
    values = [ABC]
    for change in (
        lambda c: c.replacing(1, "b2"),
        lambda c: c.moving(1, 0),
        lambda c: c.replacing(0, "b"),
        lambda c: c.replacing(0, "b3"),
        lambda c: c.inserting(0, "new"),
    ):
        values.append(change(values[-1]))
    deltas = [CaptionsDelta(before, after) for before, after in itertools.pairwise(values)]
    steps = [
        Step(number, f"step {number}", float(number), is_current=False, is_done=True, modality=Modality.CAPTIONS)
        for number in range(len(deltas))
    ]
    past = caption_past(1, steps, lambda step: lambda: deltas[step])
    assert [(line.text, line.label) for line in past] == [("b", "step 3"), ("b2", "step 2")]
    assert caption_past(0, steps, lambda step: lambda: deltas[step]) == []


def test_what_was_undone_and_what_is_no_caption_is_no_past() -> None:
    delta = CaptionsDelta(ABC, ABC.replacing(0, "x"))
    undone = Step(1, "", 0.0, is_current=False, is_done=False, modality=Modality.CAPTIONS)
    mask = Step(2, "", 0.0, is_current=True, is_done=True, modality=Modality.MASK)
    assert caption_past(0, [mask, undone], lambda _: lambda: delta) == []
