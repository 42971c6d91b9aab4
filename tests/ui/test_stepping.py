"""Going on to another sample: every part of the window turns to it once."""

from __future__ import annotations

import pytest

from app.faces.sample import SampleId
from app.ui import action_states
from app.ui.strip.bar import ToolStrip

OTHER = SampleId("0")
"""Beside the one that the shared window begins at."""


def counted(monkeypatch: pytest.MonkeyPatch, place: object, name: str) -> list[None]:
    """One entry for each call from now on."""
    calls: list[None] = []
    usual = getattr(place, name)
    monkeypatch.setattr(place, name, lambda *args: calls.append(None) or usual(*args))
    return calls


@pytest.mark.parametrize("is_ready", [True, False])
def test_actions_and_strip_follow_once_for_each_picture(shared_desk, qtbot, monkeypatch, is_ready: bool) -> None:
    session, loader = shared_desk.session, shared_desk.workspace.loader
    qtbot.waitUntil(lambda: loader.view(OTHER) is not None)
    if not is_ready:
        loader.forget(OTHER)
    asked = counted(monkeypatch, action_states, "conditions")
    said = counted(monkeypatch, ToolStrip, "refresh")
    session.sample = OTHER
    assert (len(asked), len(said)) == (1, 1)
    assert shared_desk.document.is_open(OTHER) or not is_ready
    shared_desk.wait_for_sample()
    assert shared_desk.action("tool.fill").isEnabled()


def test_the_strip_says_nothing_of_a_sample_that_is_not_there_yet(shared_desk) -> None:
    """What was said of the one before is no longer true."""
    strip, session, loader = shared_desk.workspace.strip, shared_desk.session, shared_desk.workspace.loader
    strip.sentence.tell("This sample has no mask to paint on.")
    loader.forget(OTHER)
    session.sample = OTHER
    assert strip.text().startswith("Painting")
