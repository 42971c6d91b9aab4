"""What is drawn over the main canvas beside the mask. Adding a decoration is one file and one line here."""

from __future__ import annotations

from app.ui.canvas.decorations.decoration import Decoration

BUILT_IN: tuple[type[Decoration], ...] = ()

__all__ = ["BUILT_IN", "Decoration"]
