"""Showing or hiding one class over the full view, against a memcpy of the view's pixels."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from canvas_desk import VIEW, CanvasDesk
from PySide6.QtCore import QPointF
from timing import interleave, print_table

from app.faces.classes import bits_of

ROUNDS = 61


def main() -> None:
    """Print a table per zoom and style."""
    desk = CanvasDesk()
    session = desk.session
    source, target = np.zeros((VIEW[1], VIEW[0], 4), np.uint8), np.ones((VIEW[1], VIEW[0], 4), np.uint8)

    def toggle() -> None:
        session.visible ^= bits_of("hair")
        desk.paint()

    def bare() -> None:
        session.bare = not session.bare
        desk.paint()

    def more_opaque() -> None:
        session.opacity = 0.5 if session.opacity > 0.6 else 0.7
        desk.paint()

    variants = {
        "memcpy of the view": lambda: np.copyto(target, source),
        "one class on or off": toggle,
        "opacity": more_opaque,
        "bare photo on or off": bare,
    }
    for zoom, style in ((1.0, "fill"), (4.0, "fill"), (0.0, "fill"), (1.0, "both")):
        if zoom:
            desk.area.viewport.show_at(zoom, QPointF(0.5, 0.5))
        else:
            desk.area.viewport.fit()
        session.overlay_style = style
        desk.paint()
        title = f"full view {VIEW[0]}×{VIEW[1]}, {f'{zoom:g}×' if zoom else 'fit'}, {style}"
        print_table(
            title, interleave(variants, rounds=ROUNDS, warm=2), "memcpy of the view", {"one class on or off": 7}
        )
    desk.close()


if __name__ == "__main__":
    main()
