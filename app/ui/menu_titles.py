"""The menus, by themselves: their titles are in the first picture, the actions come just after it."""

from __future__ import annotations

MENUS: tuple[str, ...] = ("File", "Edit", "Tool", "Class", "Mask", "View", "Sample", "Review", "Help")
CONTEXT = "actions"
"""The translation context of the table's texts."""
