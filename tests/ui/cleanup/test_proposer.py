"""The proposer answers the last question, says when it takes long, and can be told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.faces.errors import InvalidEditError
from app.jobs import Progress
from app.ui.cleanup import proposer as module
from app.ui.cleanup.proposer import Proposer


class Bench:
    """Wishes are words; each takes until it is let go, and asks in between whether it is still wanted."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go_on = threading.Event()

    def work(self, wish: str, progress: Progress) -> str:
        self.begun.append(wish)
        if wish == "impossible":
            raise InvalidEditError("that cannot be")
        while not self.go_on.wait(0.01):
            progress.report(0, 1)
        progress.report(1, 1)
        return f"done: {wish}"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()
    monkeypatch.setattr(module, "proposal_for", made.work)
    return made


@pytest.fixture
def asked(qtbot) -> Callable[[], tuple[Proposer, list[object]]]:
    proposer = Proposer()
    told: list[object] = []
    proposer.proposed.connect(told.append)
    proposer.refused.connect(told.append)
    proposer.busy_changed.connect(told.append)
    yield proposer, told
    proposer.leave()


def test_only_the_last_question_is_answered(bench: Bench, asked, qtbot) -> None:
    proposer, told = asked
    for wish in ("first", "second", "third"):
        proposer.ask(wish)
    qtbot.waitUntil(lambda: "third" in bench.begun)
    bench.go_on.set()
    qtbot.waitUntil(lambda: "done: third" in told)
    assert bench.begun == ["first", "third"]
    assert [answer for answer in told if not isinstance(answer, bool)] == ["done: third"]


def test_long_work_says_so_and_stops_on_request(bench: Bench, asked, qtbot) -> None:
    proposer, told = asked
    proposer.ask("long")
    qtbot.waitUntil(lambda: told == [True])
    proposer.drop()
    assert told == [True, False]
    qtbot.waitUntil(lambda: proposer._job is None)
    assert told == [True, False]
    bench.go_on.set()
    proposer.ask("next")
    qtbot.waitUntil(lambda: told[-1] == "done: next")


def test_what_cannot_be_is_told_with_the_reason(bench: Bench, asked, qtbot) -> None:
    proposer, told = asked
    proposer.ask("impossible")
    qtbot.waitUntil(lambda: told == ["that cannot be"])
