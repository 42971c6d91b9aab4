"""Which key does what: presets against the table, the user's changes, the file that keeps them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.__main__ import main
from app.cli.parser import KEY_PRESETS
from app.faces.errors import DamagedFileError
from app.ui.actions import ROW_BY_ID, TABLE
from app.ui.keys.gestures import gestures
from app.ui.keys.keymap import RESERVED, Keymap, import_keymap, load_keymap, portable, save_keymap
from app.ui.keys.presets import PRESET_BY_NAME, PRESETS

REPOSITORY = Path(__file__).resolve().parents[3]
ALL_PRESETS = pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
IDS = [row.id for row in TABLE]
KEYS = [*{key for row in TABLE for key in row.keys}, "F9", "Ctrl+Alt+Shift+F9"]


def test_the_table_spells_its_keys_in_the_one_way() -> None:
    assert [key for row in TABLE for key in row.keys if portable(key) != key] == []


@ALL_PRESETS
def test_a_preset_names_actions_of_the_table_and_spells_keys_alike(preset) -> None:
    assert [action_id for action_id in preset.keys if action_id not in ROW_BY_ID] == []
    assert [key for keys in preset.keys.values() for key in keys if portable(key) != key] == []


@ALL_PRESETS
def test_no_two_actions_share_a_key_in_any_preset(preset) -> None:
    """As declared, before the rule that settles such quarrels: a preset says itself who has the key."""
    declared = {row.id: preset.keys.get(row.id, row.keys) for row in TABLE}
    owners: dict[str, list[str]] = {}
    for action_id, keys in declared.items():
        for key in keys:
            owners.setdefault(key, []).append(action_id)
    assert {key: found for key, found in owners.items() if len(found) > 1} == {}


@ALL_PRESETS
def test_no_action_loses_its_last_key_to_a_preset(preset) -> None:
    keys = Keymap(preset.name).keys()
    assert [row.id for row in TABLE if row.keys and not keys[row.id]] == []


@ALL_PRESETS
def test_no_preset_uses_what_tools_and_fields_take_for_themselves(preset) -> None:
    assert [key for keys in Keymap(preset.name).keys().values() for key in keys if key in RESERVED] == []


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        (
            "labelme",
            {
                "D": "sample.next", "A": "sample.previous", "Ctrl+Shift+D": "sample.next", "Ctrl+U": "file.open",
                "Ctrl+S": "file.save", "Ctrl+Z": "edit.undo", "T": "view.overlay", "Ctrl+F": "view.fit",
                "Ctrl+0": "view.actual_size", "Ctrl+W": "file.close", "Ctrl++": "view.zoom_in",
                "Ctrl+N": "tool.lasso", "Ctrl+R": "tool.rectangle", "Ctrl+E": "tool.relabel", "Ctrl+Q": "file.quit",
            },
        ),
        (
            "cvat",
            {
                "D": "sample.previous", "F": "sample.next", "C": "sample.previous10", "V": "sample.next10",
                "N": "tool.brush", "Shift+1": "tool.brush", "Shift+2": "tool.eraser", "Shift+3": "tool.lasso",
                "L": "class.lock",
                "H": "class.visible", "Ctrl+3": "class.select.3", "`": "sample.goto", "F1": "help.keys",
                "F2": "file.preferences", "Ctrl+S": "file.save", "Ctrl+Shift+Z": "edit.redo",
            },
        ),
        (
            "photoshop",
            {
                "B": "tool.brush", "E": "tool.eraser", "I": "tool.pick", "H": "tool.hand", "V": "tool.move",
                "G": "tool.fill", "L": "tool.lasso", "W": "tool.wand", "M": "tool.rectangle", "Shift+M": "tool.ellipse",
                "[": "brush.smaller", "]": "brush.larger", "X": "class.swap_erase", "Ctrl+0": "view.fit",
                "Ctrl+1": "view.actual_size", "Ctrl+Z": "edit.undo", "Ctrl+Alt+Z": "edit.undo", "Q": "view.overlay",
                "Ctrl+Shift+Z": "edit.redo", "Ctrl+K": "file.preferences", "Ctrl+H": "view.overlay",
                "F": "view.full_screen",
            },
        ),
    ],
)  # fmt: skip
def test_people_find_the_keys_they_bring_along(preset: str, expected: dict[str, str]) -> None:
    keymap = Keymap(preset)
    assert {key: keymap.owner(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("shift+ctrl+z", "Ctrl+Shift+Z"), ("Ctrl++", "Ctrl++"), ("+", "+"), (" a ", "A"), ("Alt + Up", "Alt+Up"),
        ("", ""), ("Ctrl+", ""), ("Hyper+A", ""), ("A" * 60, ""), ("Ctrl+\x00", ""),
    ],
)  # fmt: skip
def test_keys_have_one_spelling(text: str, spelt: str) -> None:
    assert portable(text) == spelt


def test_a_key_taken_leaves_its_other_owner_and_nobody_else() -> None:
    keymap = Keymap().with_keys("tool.brush", ("B", "Ctrl+Y"))
    assert keymap.owner("Ctrl+Y") == "tool.brush"
    assert keymap.keys()["edit.redo"] == ("Ctrl+Shift+Z",)
    assert set(keymap.changed) == {"tool.brush"}
    assert keymap.with_keys("edit.redo", ("Ctrl+Shift+Z", "Ctrl+Y")).keys()["tool.brush"] == ("B",)


def test_restoring_one_says_which_keys_others_have_by_now() -> None:
    keymap = Keymap().with_keys("tool.eraser", ("B",)).with_keys("tool.brush", ("F9",)).restored("tool.brush")
    assert keymap.keys()["tool.brush"] == ()
    assert keymap.lost("tool.brush") == {"B": "tool.eraser"}


def test_taking_a_change_back_leaves_nothing_to_keep() -> None:
    keymap = Keymap("cvat").with_keys("tool.brush", ("F9",)).with_keys("tool.brush", ("Shift+1", "N", "B"))
    assert keymap.changed == {}


wishes = st.lists(st.tuples(st.sampled_from(IDS), st.lists(st.sampled_from(KEYS), max_size=3)), max_size=8)


@settings(deadline=None, max_examples=40)
@given(preset=st.sampled_from(sorted(PRESET_BY_NAME)), wanted=wishes)
def test_whatever_is_wished_each_key_has_one_owner_and_the_last_wish_holds(preset: str, wanted) -> None:
    keymap = Keymap(preset)
    for action_id, keys in wanted:
        keymap = keymap.with_keys(action_id, keys)
        assert set(keymap.keys()[action_id]) == set(keys)
    assert [key for key, n in Counter(key for keys in keymap.keys().values() for key in keys).items() if n > 1] == []


@settings(deadline=None, max_examples=40)
@given(
    preset=st.sampled_from(sorted(PRESET_BY_NAME)),
    changed=st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(KEYS), max_size=3).map(tuple), max_size=6),
)
def test_a_file_written_by_hand_never_gives_a_key_twice(preset: str, changed) -> None:
    keymap = Keymap(preset, changed)
    assert [key for key, n in Counter(key for keys in keymap.keys().values() for key in keys).items() if n > 1] == []
    assert keymap.slimmed().keys() == keymap.keys()


def test_only_differences_are_kept_and_come_back(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    keymap = Keymap("photoshop").with_keys("tool.brush", ("B", "F9"))
    save_keymap(file, keymap)
    assert json.loads(file.read_text()) == {"version": 1, "preset": "photoshop", "keys": {"tool.brush": ["B", "F9"]}}
    assert load_keymap(file) == keymap
    assert import_keymap(file) == (keymap, ())


def test_keys_of_actions_of_another_version_are_kept_and_named(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text('{"preset": "default", "keys": {"tool.hologram": ["F9"], "tool.brush": ["Space", 5]}}')
    keymap, unknown = import_keymap(file)
    assert unknown == ("tool.hologram",)
    assert keymap.changed == {"tool.hologram": ("F9",)}
    save_keymap(file, keymap)
    assert load_keymap(file) == keymap


def test_names_that_cannot_be_written_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": {"tool.\ud800": ["F9"], "x" * 9000: ["F8"], "tool.brush": ["F7"]}}))
    keymap, _ = import_keymap(file)
    assert keymap.changed == {"tool.brush": ("F7",)}
    save_keymap(file, keymap)
    assert load_keymap(file) == keymap


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"), ("[" * 100_000, "not JSON"), ("[]", "no file of keys"), ("{}", "no file of keys"),
        ('{"keys": 3}', "no file of keys"), ('{"preset": "emacs"}', "'emacs', which this version does not have"),
        ('{"preset": ["cvat"]}', "which this version does not have"),
    ],
)  # fmt: skip
def test_a_file_of_something_else_is_refused_and_at_the_start_ignored(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text)
    with pytest.raises(DamagedFileError, match=why):
        import_keymap(file)
    assert load_keymap(file) == Keymap()


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(b" " * (2 << 20))
    with pytest.raises(DamagedFileError, match="far larger"):
        import_keymap(file)


@ALL_PRESETS
def test_the_sheet_tells_how_each_preset_zooms(preset) -> None:
    assert [how for _, what, how in gestures(preset.zooms_with) if what == "Zoom at the cursor"] == [
        f"{preset.zooms_with}+wheel" if preset.zooms_with else "Wheel"
    ]


def test_the_command_line_knows_the_presets() -> None:
    assert [*KEY_PRESETS] == [*(preset.name for preset in PRESETS), "mine"]


@ALL_PRESETS
def test_the_command_line_tells_each_preset(preset, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "--preset", preset.name, "--json"]) == 0
    told = {row["id"]: tuple(row["keys"]) for row in json.loads(capsys.readouterr().out)}
    assert told == Keymap(preset.name).keys()


def test_the_command_line_tells_the_users_own_keys(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from app import paths

    save_keymap(paths.config_folder() / "keys.json", Keymap("cvat").with_keys("tool.brush", ("F9",)))
    assert main(["keys", "--preset", "mine", "--json"]) == 0
    told = {row["id"]: row["keys"] for row in json.loads(capsys.readouterr().out)}
    assert (told["tool.brush"], told["sample.next"]) == (["F9"], ["F", "PgDown", "Alt+Right"])


def test_the_keys_need_no_qt() -> None:
    code = "import sys, app.ui.keys.keymap; sys.exit(any(m.split('.')[0] in {'PySide6', 'numpy'} for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0
