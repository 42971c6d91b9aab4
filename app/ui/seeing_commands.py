"""What the actions do that show more of a mask: comparing, other paint orders, guides and cards."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.ui.canvas.aids import AIDS, FIRST_AIDS

if TYPE_CHECKING:
    from app.ui.comparison import Comparison
    from app.ui.session import Session

_TAP_S = 0.25


def seeing_handlers(session: Callable[[], Session]) -> dict[str, Callable[[], None]]:
    """A function for each of these actions."""

    def compare(change: Callable[[Comparison], Comparison]) -> Callable[[], None]:
        def run() -> None:
            session().comparison = change(session().comparison)

        return run

    def toggle(aid: str) -> Callable[[], None]:
        def run() -> None:
            session().aids ^= {aid}

        return run

    def flip_grid() -> None:
        session().grid_on = not session().grid_on

    def leave_order() -> None:
        session().shown_order = None

    return {
        "view.before": compare(lambda now: replace(now, shows_before=not now.shows_before)),
        "view.wipe": compare(lambda now: replace(now, wipes=not now.wipes, shows_before=False)),
        "view.difference": compare(lambda now: replace(now, shows_difference=not now.shows_difference)),
        "view.compare.disk": compare(lambda now: replace(now, source="disk")),
        "view.compare.opened": compare(lambda now: replace(now, source="opened")),
        "view.compare.first": compare(lambda now: replace(now, source="first")),
        "view.grid": flip_grid,
        "view.dataset_order": leave_order,
        **{f"view.{aid}": toggle(aid) for aid in AIDS},
    }


class Blink:
    """The key that shows the mask as it was: held, as long as it is held; tapped, until it is tapped again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._was_shown = False
        self._pressed_at = 0.0

    def hold(self, held: bool) -> None:
        """The key went down or came up."""
        now = time.monotonic()
        if held:
            self._was_shown, self._pressed_at = self._session.comparison.shows_before, now
            self._show(True)
        else:
            is_tap = now - self._pressed_at < _TAP_S
            self._show(is_tap and not self._was_shown)

    def _show(self, shown: bool) -> None:
        self._session.comparison = replace(self._session.comparison, shows_before=shown)


def seeing_states(session: Session) -> dict[str, bool]:
    """Which of these actions are on."""
    comparison = session.comparison
    return {
        "view.before": comparison.shows_before,
        "view.wipe": comparison.wipes,
        "view.difference": comparison.shows_difference,
        f"view.compare.{comparison.source}": True,
        "view.grid": session.grid_on,
        **{f"view.{aid}": aid in session.aids for aid in AIDS},
    }


def aids_of(text: str) -> frozenset[str]:
    """The aids named in a text that was kept; the first ones when there is none."""
    return frozenset(text.split()) & frozenset(AIDS) if text else FIRST_AIDS


def text_of(aids: frozenset[str]) -> str:
    """The aids as a text to keep."""
    return " ".join(sorted(aids)) or "none"
