"""The names of what can lie over the canvas; each has the action ``view.<name>``.

Apart from the classes that draw them, because the actions are made before numpy is loaded.
"""

from __future__ import annotations

HOVER_CARD = "hover_card"
LOST_PIXELS = "lost_pixels"
THIRDS, FACE_AXIS = "thirds", "face_axis"
RULERS = "rulers"
MINI_MAP = "mini_map"

AIDS = (HOVER_CARD, LOST_PIXELS, THIRDS, FACE_AXIS, RULERS, MINI_MAP)
FIRST_AIDS = frozenset({MINI_MAP})
"""What is there until the user chooses."""
