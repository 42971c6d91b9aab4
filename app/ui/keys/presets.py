"""Keys that people bring along from other programs, as differences from those of the action table.

Each preset names only the actions whose keys differ from the table's; an empty tuple means that the action has no key
there. Where a preset gives a key to one action it says what becomes of the action that has it in the table: no two
actions share a key, and a test holds every preset to that. Sources: labelme's default configuration, CVAT's table of
shortcuts, Photoshop's default keyboard shortcuts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.faces.classes import CLASSES


@dataclass(frozen=True, slots=True)
class Preset:
    """One set of keys. ``keys``: action id → portable key texts, the one that is shown first.

    ``zooms_with`` is the key that makes the wheel zoom (``Ctrl``, ``Alt``), where by itself it moves the picture.
    """

    name: str
    title: str
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zooms_with: str = ""


_LABELME: dict[str, tuple[str, ...]] = {
    "file.open": ("Ctrl+U", "Ctrl+O"),
    "file.open_recent": ("Ctrl+Shift+O",),
    "file.export": ("Ctrl+Alt+E",),
    "sample.next": ("D", "Ctrl+Shift+D", "PgDown", "Alt+Right"),
    "sample.previous": ("A", "Ctrl+Shift+A", "PgUp", "Alt+Left"),
    "sample.save_search": ("Ctrl+Alt+D",),
    "sample.search": ("/",),
    "sample.goto": ("Ctrl+G",),
    "view.fit": ("Ctrl+F", "F"),
    "view.actual_size": ("Ctrl+0", "Ctrl+1"),
    "tool.hand": ("Ctrl+J", "V"),
    "tool.lasso": ("Ctrl+N", "L", "P"),
    "tool.rectangle": ("Ctrl+R", "R"),
    "tool.relabel": ("Ctrl+E", "U"),
    "mask.copy_previous": ("Ctrl+P", "Ctrl+Alt+V"),
}

_CVAT: dict[str, tuple[str, ...]] = {
    "sample.previous": ("D", "PgUp", "Alt+Left"),
    "sample.next": ("F", "PgDown", "Alt+Right"),
    "sample.previous10": ("C",),
    "sample.next10": ("V",),
    "sample.goto": ("`", "Ctrl+J"),
    "view.bare": ("'",),
    "view.before": ("Shift+B",),
    "view.fit": ("Ctrl+0",),
    "view.actual_size": ("Shift+0",),
    "class.find": ("Shift+C",),
    "class.lock": ("L", "Shift+K"),
    "tool.hand": ("Shift+V",),
    "tool.brush": ("Shift+1", "N", "B"),
    "tool.eraser": ("Shift+2", "E"),
    "tool.lasso": ("Shift+3", "P"),
    "review.next": ("Shift+N",),
    "file.preferences": ("F2", "Ctrl+,"),
    "edit.caption": ("Shift+F2",),
    **{
        f"class.select.{c.id}": (str(c.id), f"Ctrl+{c.id}") if c.id < 10 else (f"Ctrl+Shift+{c.id - 9}",)
        for c in CLASSES
        if c.id
    },
}

_PHOTOSHOP: dict[str, tuple[str, ...]] = {
    "edit.undo": ("Ctrl+Z", "Ctrl+Alt+Z"),
    "tool.hand": ("H",),
    "tool.move": ("V",),
    "tool.rectangle": ("M", "R"),
    "tool.ellipse": ("Shift+M", "Shift+R"),
    "brush.mirror": ("Shift+Y",),
    "class.visible": ("Ctrl+,",),
    "view.show_all": ("Ctrl+Alt+,", "Shift+H"),
    "file.preferences": ("Ctrl+K",),
    "help.commands": ("Ctrl+Shift+P",),
    "view.overlay": ("Q", "Ctrl+H", "T"),
    "bulk.replace": ("Ctrl+Shift+H",),
    "class.last": ("Shift+Q",),
    "class.lock": ("/", "Shift+K"),
    "view.fit": ("Ctrl+0",),
    "view.full_screen": ("F", "F11"),
}

PRESETS: tuple[Preset, ...] = (
    Preset("default", "Facewright"),
    Preset("labelme", "labelme", _LABELME, zooms_with="Ctrl"),
    Preset("cvat", "CVAT", _CVAT),
    Preset("photoshop", "Photoshop", _PHOTOSHOP, zooms_with="Alt"),
)
PRESET_BY_NAME: dict[str, Preset] = {preset.name: preset for preset in PRESETS}
