"""The keys in force: a preset and what the user changed in it, as one value, and the small file that keeps it.

Only differences are kept, so an action that a later version adds has its keys at once. Whoever has a key has it alone:
the user's changes come first, then the preset's, then the table's; an action that comes later in that order goes
without. So a file written by hand, or for another version, never makes a key that does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.faces.errors import DamagedFileError
from app.settings import keep_json, kept_json
from app.ui.actions import ROW_BY_ID, TABLE
from app.ui.keys.presets import PRESET_BY_NAME

VERSION = 1
_MODIFIERS = ("Meta", "Ctrl", "Alt", "Shift")
_LONGEST_KEY = 40
_MOST_KEYS = 8
_LONGEST_ID = 100
_LARGEST_FILE = 1 << 20

RESERVED: dict[str, str] = {
    "Esc": "Esc cancels what is under way and leads back to the picture",
    "Space": "Space moves the picture while it is held",
    "Return": "Enter accepts what is unfinished, and commits text",
    "Enter": "Enter accepts what is unfinished, and commits text",
    "Backspace": "Backspace takes the last point back",
    "Tab": "Tab goes to the next field",
    "Shift+Tab": "Shift+Tab goes to the field before",
    **dict.fromkeys(("Left", "Right", "Up", "Down"), "the arrow keys move within lists, and nudge what is picked up"),
}
"""Keys that no action can have, and why: widgets and tools answer to them by themselves."""


def portable(text: str) -> str:
    """A key text in its one spelling, ``Ctrl+Shift+Z``; empty for what is none."""
    text = text.strip()
    if not 0 < len(text) <= _LONGEST_KEY or not text.isprintable():
        return ""
    is_plus = text == "+" or text.endswith("++")
    *words, key = (text[:-1] + "plus" if is_plus else text).split("+")
    held = {word.strip().capitalize() for word in words}
    key = "+" if is_plus else key.strip()
    if not key or not held <= set(_MODIFIERS):
        return ""
    key = key.upper() if len(key) == 1 else key[0].upper() + key[1:]
    return "+".join([*(word for word in _MODIFIERS if word in held), key])


@dataclass(frozen=True, slots=True)
class Keymap:
    """``preset`` by name; ``changed``: the actions whose keys the user set, in place of the preset's."""

    preset: str = "default"
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self) -> dict[str, tuple[str, ...]]:
        """The keys of every action of the table, each key once."""
        offered: dict[str, tuple[str, ...]] = {row.id: row.keys for row in TABLE}
        given: dict[str, tuple[str, ...]] = {}
        taken: set[str] = set()
        for claims in (self.changed, PRESET_BY_NAME[self.preset].keys, offered):
            for action_id in offered:
                if action_id in claims and action_id not in given:
                    free = [key for key in dict.fromkeys(map(portable, claims[action_id])) if key and key not in taken]
                    given[action_id] = tuple(free)
                    taken.update(free)
        return {action_id: given[action_id] for action_id in offered}

    def owner(self, key: str) -> str | None:
        """The action that has this key."""
        return next((action_id for action_id, keys in self.keys().items() if portable(key) in keys), None)

    def is_changed(self, action_id: str) -> bool:
        """Whether its keys are others than the preset's."""
        return self.keys()[action_id] != Keymap(self.preset).keys()[action_id]

    def with_keys(self, action_id: str, keys: Iterable[str]) -> Keymap:
        """The action has exactly these keys, and nobody else has them."""
        wanted = tuple(dict.fromkeys(key for key in map(portable, keys) if key))
        before = self.keys()
        losers = {other: had for other, had in before.items() if other != action_id and set(had) & set(wanted)}
        changed = dict(self.changed)
        changed[action_id] = wanted
        for other, had in losers.items():
            changed[other] = tuple(key for key in had if key not in wanted)
        return replace(self, changed=changed).slimmed()

    def restored(self, action_id: str) -> Keymap:
        """The action has its preset's keys, as far as the user did not give them to others."""
        changed = {other: keys for other, keys in self.changed.items() if other != action_id}
        return replace(self, changed=changed).slimmed()

    def lost(self, action_id: str) -> dict[str, str]:
        """The keys that the preset gives the action and that others have: key → the other action's id."""
        wanted = Keymap(self.preset).keys()[action_id]
        owners = {key: self.owner(key) for key in wanted}
        return {key: other for key, other in owners.items() if other is not None and other != action_id}

    def slimmed(self) -> Keymap:
        """The same keys; changes that make no difference are not kept, those of unknown actions are."""
        slim = self
        for action_id in [action_id for action_id in self.changed if action_id in ROW_BY_ID]:
            without = replace(slim, changed={a: k for a, k in slim.changed.items() if a != action_id})
            if without.keys() == slim.keys():
                slim = without
        return slim


def load_keymap(file: Path) -> Keymap:
    """The keys kept in ``file``; a file that is damaged is set aside, what makes no sense in it is left out."""
    kept = kept_json(file)
    try:
        return Keymap() if kept is None else keymap_of(kept)
    except DamagedFileError:
        return Keymap()


def save_keymap(file: Path, keymap: Keymap) -> None:
    """``file`` holds the keys that differ from the default, whole or not at all. Raises OSError."""
    changed = {action_id: list(keys) for action_id, keys in keymap.changed.items()}
    keep_json(file, {"version": VERSION, "preset": keymap.preset, "keys": changed})


def import_keymap(file: Path) -> tuple[Keymap, tuple[str, ...]]:
    """The keys in a file, and the actions in it that this version does not have. Raises DamagedFileError or OSError."""
    import json

    if file.stat().st_size > _LARGEST_FILE:
        raise DamagedFileError(f"{file.name} is far larger than any file of keys")
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(f"{file.name} is no file of keys: it is not JSON ({error})") from None
    keymap = keymap_of(kept, file.name)
    return keymap, tuple(action_id for action_id in keymap.changed if action_id not in ROW_BY_ID)


def keymap_of(kept: Any, name: str = "the file") -> Keymap:
    """From what a file held. Raises DamagedFileError when it is something else than keys."""
    if not isinstance(kept, dict) or not isinstance(kept.get("keys", {}), dict) or not {"keys", "preset"} & kept.keys():
        raise DamagedFileError(f"{name} is no file of keys; one is written by Export in the editor of keys")
    preset = kept.get("preset", "default")
    if not isinstance(preset, str) or preset not in PRESET_BY_NAME:
        raise DamagedFileError(f"{name} is for the preset {preset!r}, which this version does not have")
    changed = {}
    for action_id, keys in list(kept.get("keys", {}).items())[:1000]:
        is_id = len(action_id) <= _LONGEST_ID and action_id.isprintable()  # what is kept must be writable as UTF-8
        if is_id and isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            texts = [key for key in map(portable, keys[:_MOST_KEYS]) if key and key not in RESERVED]
            changed[action_id] = tuple(dict.fromkeys(texts))
    return Keymap(preset, changed).slimmed()
