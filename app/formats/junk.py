"""The traces that other systems leave in folders and archives: no part of any dataset, ignored and counted."""

from __future__ import annotations

JUNK_FOLDERS = frozenset({"__MACOSX", ".ipynb_checkpoints", "@eaDir", "$RECYCLE.BIN", "System Volume Information"})
_FILES = frozenset(
    {".DS_Store", "Thumbs.db", "thumbs.db", "desktop.ini", "Desktop.ini", ".directory", ".gitattributes"}
)
JUNK_INITIALS = frozenset(name[0] for name in _FILES | JUNK_FOLDERS)
"""Quick to look at for 370,000 names."""


def is_junk(name: str) -> bool:
    """Whether a name is one that a system made up for itself, such as the ``._17.jpg`` of macOS."""
    return name in _FILES or name.startswith("._") or name in JUNK_FOLDERS
