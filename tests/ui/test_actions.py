"""The table of actions against itself: ids, keys, icons and handlers."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.paths import resource
from app.ui.actions import CONDITIONS, ROW_BY_ID, TABLE
from app.ui.menu_titles import MENUS

REPOSITORY = Path(__file__).resolve().parents[2]


def test_ids_are_unique() -> None:
    assert [i for i, count in Counter(row.id for row in TABLE).items() if count > 1] == []


def test_no_key_is_given_twice() -> None:
    assert [k for k, count in Counter(key for row in TABLE for key in row.keys).items() if count > 1] == []


def test_every_row_is_in_a_known_menu_and_under_a_known_condition() -> None:
    assert {row.menu.partition("/")[0] for row in TABLE} == set(MENUS)
    assert {row.when for row in TABLE} == set(CONDITIONS)


def test_every_icon_is_there_and_says_current_colour() -> None:
    for row in TABLE:
        if row.icon:
            text = resource("icons", f"{row.icon}.svg").read_text(encoding="utf-8")
            assert "currentColor" in text, row.icon


def test_the_icons_come_with_their_licence() -> None:
    assert "ISC License" in resource("icons", "LICENSE-lucide.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("action_id", "key"),
    [
        ("class.select.0", "0"),
        ("class.select.9", "9"),
        ("class.select.10", "Shift+1"),
        ("class.select.18", "Shift+9"),
        ("tool.brush", "B"),
        ("file.save", "Ctrl+S"),
        ("edit.redo", "Ctrl+Y"),
        ("view.fit", "F"),
        ("sample.next", "D"),
        ("sample.previous", "PgUp"),
        ("help.commands", "Ctrl+Shift+P"),
    ],
)
def test_the_keys_are_those_of_the_interface(action_id: str, key: str) -> None:
    assert key in ROW_BY_ID[action_id].keys


def test_the_table_needs_no_qt() -> None:
    code = "import sys, app.ui.actions; sys.exit(any(m.split('.')[0] in {'PySide6', 'numpy'} for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0
