"""Showing or hiding one class over the full view, against a memcpy of the view's pixels (see ``view_copies``)."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from canvas_desk import VIEW, CanvasDesk
from PySide6.QtCore import QPointF
from timing import interleave, print_table, view_copies

from app.faces.classes import LAYER_CLASSES, bits_of

ROUNDS = 61
TOGGLE = "one class on or off"


def main() -> None:
    """Print a table per zoom and style."""
    desk = CanvasDesk()
    session = desk.session
    combinations = itertools.cycle(c.bit | bits_of("hair") for c in LAYER_CLASSES if c.name != "hair")

    def toggle() -> None:
        session.visible ^= bits_of("hair")
        desk.paint()

    def toggle_anew() -> None:
        session.visible ^= next(combinations)
        desk.paint()

    def bare() -> None:
        session.bare = not session.bare
        desk.paint()

    def more_opaque() -> None:
        session.opacity = 0.5 if session.opacity > 0.6 else 0.7
        desk.paint()

    def brighter() -> None:
        session.looks = replace(session.looks, brightness=0.2 - session.looks.brightness)
        desk.paint()

    variants = {
        TOGGLE: toggle,
        "two classes, never seen together before": toggle_anew,
        "opacity": more_opaque,
        "bare photo on or off": bare,
        "photo brighter or as it is": brighter,
    }
    for zoom, style in ((1.0, "fill"), (4.0, "fill"), (0.0, "fill"), (1.0, "both"), (1.0, "hatch")):
        if zoom:
            desk.area.viewport.show_at(zoom, QPointF(0.5, 0.5))
        else:
            desk.area.viewport.fit()
        session.overlay_style = style
        desk.paint()
        what = f"{f'{zoom:g}×' if zoom else 'fit'}, {style}"
        for reference, copy in view_copies(*VIEW).items():
            taken = interleave({reference: copy, **variants}, rounds=ROUNDS, warm=2)
            print_table(f"view {VIEW[0]}×{VIEW[1]}, {what}", taken, reference, {TOGGLE: 7} if style != "hatch" else {})
    desk.close()


if __name__ == "__main__":
    main()
