"""What is drawn over the main canvas beside the mask. Adding a decoration is one file and one line here."""

from __future__ import annotations

from app.ui.canvas.decorations.changes import Changes
from app.ui.canvas.decorations.cleanup_marks import CleanupMarks
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.decorations.flash import Flash
from app.ui.canvas.decorations.guides import Axis, Thirds
from app.ui.canvas.decorations.hover_card import HoverCard
from app.ui.canvas.decorations.initials import Initials
from app.ui.canvas.decorations.lost_pixels import LostPixels
from app.ui.canvas.decorations.mini_map import MiniMap
from app.ui.canvas.decorations.paint_order_badge import PaintOrderBadge
from app.ui.canvas.decorations.photo_badge import PhotoBadge
from app.ui.canvas.decorations.protected import Protected
from app.ui.canvas.decorations.rulers import Rulers
from app.ui.canvas.decorations.spoken_of import SpokenOf
from app.ui.canvas.decorations.wipe import Wipe

BUILT_IN: tuple[type[Decoration], ...] = (
    Protected, LostPixels, Thirds, Axis, Wipe, Changes, CleanupMarks, Rulers, MiniMap, HoverCard, PaintOrderBadge,
    Initials, PhotoBadge, Flash, SpokenOf,
)  # fmt: skip

__all__ = ["BUILT_IN", "Decoration"]
