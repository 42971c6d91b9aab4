"""Preferences: only what differs is kept, nothing damaged is fatal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.settings import Settings, load_settings, save_settings


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    save_settings(file, Settings(theme="dark"))
    assert json.loads(file.read_text()) == {"version": 1, "theme": "dark"}
    assert load_settings(file) == Settings(theme="dark")
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("text", ["{", "[]", "\x00", '"dark"'])
def test_a_damaged_file_is_set_aside(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.json"
    file.write_text(text)
    assert load_settings(file) == Settings()
    assert (tmp_path / "settings.json.damaged").read_text() == text


def test_unknown_names_and_illegal_values_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    kept = {"theme": "pink", "autosave": ["manual"], "autosave_idle_s": True, "later": 1, "palette": "safe"}
    file.write_text(json.dumps(kept))
    assert load_settings(file) == Settings(palette="safe")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.json"
    save_settings(file, Settings(theme="dark"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("json.dump", refuse)
    with pytest.raises(OSError, match="No space"):
        save_settings(file, Settings(theme="light"))
    assert load_settings(file) == Settings(theme="dark")
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]
