"""What the user prefers, as one frozen value that is passed in and never fetched.

Only what differs from the defaults is written, as small plain JSON, atomically: a program that dies while it writes
must start again, and a damaged file is set aside, never fatal. The window's geometry is not here; Qt keeps it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = 1
_LARGEST_FILE = 1 << 20
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Settings:
    """All preferences. ``CHOICES`` lists the words that each worded one may hold."""

    theme: str = "system"
    autosave: str = "automatic"
    """``automatic``: on switching samples and after a pause; ``manual``: only when the user says so."""
    autosave_idle_s: float = 2.0
    palette: str = "native"
    """``native``, ``safe``, or the name of a palette in the user's folder."""
    indexing: str = "automatic"
    """``automatic``: in the background as soon as a dataset is open; ``manual``: only when the user says so."""


CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("system", "light", "dark"),
    "autosave": ("automatic", "manual"),
    "indexing": ("automatic", "manual"),
}


def load_settings(file: Path) -> Settings:
    """The preferences kept in ``file``; defaults for what is missing, unknown or no legal value."""
    kept = kept_json(file) or {}
    return Settings(**{name: value for name, value in kept.items() if _is_legal(name, value)})


def save_settings(file: Path, settings: Settings) -> None:
    """``file`` holds the preferences that differ from the defaults, whole or not at all. Raises OSError."""
    default = dataclasses.asdict(Settings())
    changed = {name: value for name, value in dataclasses.asdict(settings).items() if value != default[name]}
    keep_json(file, {"version": VERSION, **changed})


def kept_json(file: Path) -> dict[str, Any] | None:
    """What a small file of ours holds; None where it is missing or damaged.

    A file that is no JSON object is renamed to ``….damaged`` so that the next save cannot destroy it.
    """
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise ValueError("far larger than any file of ours")
        kept = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(kept, dict):
            raise ValueError("no JSON object")
    except OSError:
        return None
    except (ValueError, RecursionError):
        with contextlib.suppress(OSError):
            file.replace(file.with_name(f"{file.name}.damaged"))
        return None
    return kept


def keep_json(file: Path, values: dict[str, Any]) -> None:
    """``file`` holds ``values``, whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    import tempfile

    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(values, stream, indent=2, ensure_ascii=False)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise


def _is_legal(name: str, value: Any) -> bool:
    if name in CHOICES:
        return value in CHOICES[name]
    if name == "autosave_idle_s":
        return isinstance(value, int | float) and not isinstance(value, bool) and 0.2 <= value <= 600
    return name == "palette" and isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME
