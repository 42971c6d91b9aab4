"""Rates, times and sizes in few words."""

from __future__ import annotations

import pytest

from app.ui.exporting.pace import Pace, shown_bytes, shown_time


def test_the_rate_is_that_of_the_last_while() -> None:
    pace = Pace()
    assert pace.text(100) == ""
    pace.note(0, 0.0)
    assert pace.rate() is None
    pace.note(50, 10.0)
    assert pace.rate() == 5
    assert pace.text(100) == "5.0 a second · 20 s left"
    pace.note(1050, 20.0)
    assert pace.rate() == 100
    assert pace.text(30_000) == "100 a second · 5 min left"


def test_counting_anew_begins_a_new_rate() -> None:
    pace = Pace()
    pace.note(90, 0.0)
    pace.note(0, 5.0)
    assert pace.rate() is None


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (89, "89 s"), (200, "3 min"), (9000, "2.5 h")])
def test_times(seconds: float, text: str) -> None:
    assert shown_time(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (3_140_000, "3.1 MB"),
        (999_900, "1.0 MB"),
        (2**50, "1,126 TB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert shown_bytes(count) == text
