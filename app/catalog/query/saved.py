"""Searches that the user gave a name: one small file of the user's, the same in the window and on the command line."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from app.faces.errors import InvalidEditError
from app.paths import config_folder

VERSION = 1
_LARGEST_FILE = 4 << 20
_LONGEST_NAME = 80


def saved_searches() -> Mapping[str, str]:
    """Name → text of every search the user keeps."""
    return SavedSearches.load().texts


class SavedSearches:
    """The named searches in ``file``; every change is written at once, whole or not at all."""

    def __init__(self, file: Path, texts: Mapping[str, str]) -> None:
        self._file = file
        self._texts = dict(texts)

    @classmethod
    def load(cls, file: Path | None = None) -> SavedSearches:
        """What is kept now; none where there is no file. A damaged file is renamed to ``….damaged``, never lost."""
        file = config_folder() / "searches.json" if file is None else file
        try:
            if file.stat().st_size > _LARGEST_FILE:
                raise ValueError("far larger than any list of searches")
            kept = json.loads(file.read_text(encoding="utf-8"))
            searches = kept["searches"]
            texts = {name: text for name, text in searches.items() if isinstance(text, str) and _is_name(name)}
        except OSError:
            texts = {}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            with contextlib.suppress(OSError):
                file.replace(file.with_name(f"{file.name}.damaged"))
            texts = {}
        return cls(file, texts)

    @property
    def names(self) -> tuple[str, ...]:
        """In alphabetical order."""
        return tuple(sorted(self._texts, key=str.casefold))

    @property
    def texts(self) -> Mapping[str, str]:
        """Name → text, in alphabetical order."""
        return {name: self._texts[name] for name in self.names}

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def add(self, name: str, text: str) -> None:
        """``@name`` means ``text`` from now on. Raises InvalidEditError for an impossible name, OSError."""
        name = name.strip().removeprefix("@").strip()
        if not _is_name(name):
            raise InvalidEditError(f"a saved search needs a name of one line, up to {_LONGEST_NAME} characters")
        self._write({**SavedSearches.load(self._file)._texts, name: text})

    def remove(self, name: str) -> None:
        """``@name`` means nothing any more. Raises OSError."""
        self._write({kept: text for kept, text in SavedSearches.load(self._file)._texts.items() if kept != name})

    def _write(self, texts: dict[str, str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({"version": VERSION, "searches": texts}, stream, indent=2, ensure_ascii=False, sort_keys=True)
                stream.write("\n")
                stream.flush()
                os.fsync(stream.fileno())
            Path(draft).replace(self._file)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(draft).unlink()
            raise
        self._texts = texts


def _is_name(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and name.isprintable() and bool(name.strip())
