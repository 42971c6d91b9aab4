"""What hands do with the mouse, and keys within a tool or a panel: no actions, but people look for them here."""

from __future__ import annotations

_OTHERS: tuple[tuple[str, str, str], ...] = (
    ("Mouse", "Paint with the brush, or take away with the eraser", "Left drag"),
    ("Mouse", "Erase whatever the tool", "Right drag"),
    ("Mouse", "The classes at the pointer, and what can be done with the one seen", "Right click"),
    ("Mouse", "Straight line from the last point", "Shift+click"),
    ("Mouse", "Pick the class under the cursor", "Alt+click"),
    ("Mouse", "Move the picture", "Space or middle drag"),
    ("Mouse", "Brush size", "Shift+wheel"),
    ("Mouse", "Brush size", "Alt+right drag"),
    ("Mouse", "Show only this class", "Alt+click on its eye"),
    ("Mouse", "Opacity of one class", "Alt+wheel on its row"),
    ("Tool", "Accept what is unfinished · take the last point back · drop it", "Enter · Backspace or Ctrl+Z · Esc"),
    ("Lasso", "Corners · freehand · close", "Click · drag · double click or Enter"),
    ("Lasso, wand", "Add · cut · keep only what is inside", "Shift · Alt · both at the press"),
    ("Rectangle, ellipse", "Equal sides · from the middle", "Shift · Alt or Ctrl during the drag"),
    ("Magic wand", "More or less of the colour", "Press and drag right or left"),
    ("Live wire", "Set a corner off the edge", "Ctrl+click"),
    ("Move piece", "Nudge what is picked up", "Arrow keys"),
    ("Gallery", "Add to the selection, or extend it", "Ctrl+click · Shift+click"),
    ("Gallery", "Go to an id", "Type it"),
    ("Gallery", "Size of the thumbnails", "Ctrl+wheel"),
    ("Search", "Take the first offer", "Tab"),
    ("Search", "Clear the search, then back to the picture", "Esc"),
    ("Facets", "Only these · leave these out · these too", "Click · Alt+click · Ctrl+click"),
    ("Captions", "Commit and go to the next caption", "Enter"),
    ("Captions", "Back to the picture", "Esc"),
    ("Attributes", "Next answer · yes · no · unknown", "Space · + · - · Backspace"),
)
_ZOOMING = {
    "": (("Mouse", "Zoom at the cursor", "Wheel"), ("Mouse", "Opacity of the overlay", "Alt+wheel")),
    "Ctrl": (
        ("Mouse", "Zoom at the cursor", "Ctrl+wheel"),
        ("Mouse", "Move the picture up and down", "Wheel"),
        ("Mouse", "Opacity of the overlay", "Alt+wheel"),
    ),
    "Alt": (
        ("Mouse", "Zoom at the cursor", "Alt+wheel"),
        ("Mouse", "Move the picture up and down · sideways", "Wheel · Ctrl+wheel"),
    ),
}


def gestures(zooms_with: str) -> tuple[tuple[str, str, str], ...]:
    """Where, what and how, for the key that makes the wheel zoom (none: it does so by itself)."""
    return (*_ZOOMING[zooms_with], *_OTHERS)
