"""How mask and photo are shown, beyond eyes and palette: one value, which the session holds and the window keeps.

Importing this module must not pull in numpy, like the session.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.faces.classes import CLASSES

if TYPE_CHECKING:
    from app.imaging.adjustment import Adjustment

STYLES = ("fill", "outline", "both", "hatch")
LARGEST_LINE_PX = 3
OPACITY_STEP = 0.05
"""What one notch of the wheel or one key press changes."""
LEAST_GAMMA, LARGEST_GAMMA = 0.2, 5.0
INITIALS = (
    "", "Sk", "No", "Gl", "LEy", "REy", "LBr", "RBr", "LEa", "REa", "Mo", "ULi", "LLi", "Ha", "Hat", "Er", "Nl", "Ne",
    "Cl",
)  # fmt: skip
"""By class id; no two are alike."""
_ALL_SHARES = (1.0,) * len(CLASSES)


@dataclass(frozen=True, slots=True)
class Looks:
    """``line_px`` is the width of outlines in screen pixels to each side of a border, 1…3.

    ``shares`` are factors 0…1 of the overlay's opacity by class id, none while all are 1. ``brightness`` and
    ``contrast`` −1…1, ``gamma`` 0.2…5 and ``channel`` (a name of ``imaging.intensity.Channel``; none: in colours) say
    how the photo is shown.
    """

    line_px: int = 1
    shares: tuple[float, ...] = ()
    has_initials: bool = False
    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0
    channel: str = ""

    def share(self, class_id: int) -> float:
        """The class's factor of the overlay's opacity."""
        return self.shares[class_id] if self.shares else 1.0

    def with_share(self, class_id: int, share: float) -> Looks:
        """The same with another factor for one class, within 0…1."""
        shares = list(self.shares or _ALL_SHARES)
        shares[class_id] = round(max(0.0, min(1.0, share)), 2)
        return replace(self, shares=() if tuple(shares) == _ALL_SHARES else tuple(shares))

    def with_next_width(self) -> Looks:
        """The same with wider outlines, after the widest with the narrowest."""
        return replace(self, line_px=self.line_px % LARGEST_LINE_PX + 1)

    @property
    def shows_photo_as_it_is(self) -> bool:
        """Whether the photo is neither brighter, nor darker, nor one channel only."""
        return not (self.brightness or self.contrast or self.channel) and self.gamma == 1

    def with_plain_photo(self) -> Looks:
        """The same with the photo shown as it is."""
        return replace(self, brightness=0.0, contrast=0.0, gamma=1.0, channel="")

    @property
    def adjustment(self) -> Adjustment:
        """How the photo is shown, for ``imaging.adjustment``."""
        return _adjustment(self.brightness, self.contrast, self.gamma, self.channel)


@lru_cache(maxsize=4)
def _adjustment(brightness: float, contrast: float, gamma: float, channel: str) -> Adjustment:
    # Kept, as views ask for it whenever anything about the overlay changes, and importing alone takes 5 µs.
    from app.imaging.adjustment import NEUTRAL, Adjustment
    from app.imaging.intensity import Channel

    adjustment = Adjustment(brightness, contrast, gamma, Channel(channel) if channel else None)
    return NEUTRAL if adjustment.is_neutral else adjustment


def looks_text(looks: Looks) -> str:
    """One line of text from which ``looks_from`` makes the same value."""
    default = Looks()
    changed = {name: value for name, value in asdict(looks).items() if value != getattr(default, name)}
    return json.dumps(changed)


def looks_from(text: str) -> Looks:
    """The value that was kept; what is missing, unknown or out of range there is as it is at first."""
    try:
        kept = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return Looks()
    if not isinstance(kept, dict):
        return Looks()
    legal = {each.name: kept[each.name] for each in fields(Looks) if _is_legal(each.name, kept.get(each.name))}
    if "shares" in legal:
        legal["shares"] = tuple(map(float, legal["shares"]))
    return Looks(**legal)


def _is_legal(name: str, value: Any) -> bool:
    if name == "line_px":
        return type(value) is int and 1 <= value <= LARGEST_LINE_PX
    if name == "shares":
        return isinstance(value, list) and len(value) == len(CLASSES) and all(_is_within(v, 0, 1) for v in value)
    if name == "has_initials":
        return isinstance(value, bool)
    if name == "channel":
        from app.imaging.intensity import Channel

        return value in [channel.value for channel in Channel]
    return _is_within(value, LEAST_GAMMA, LARGEST_GAMMA) if name == "gamma" else _is_within(value, -1, 1)


def _is_within(value: Any, least: float, largest: float) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and least <= value <= largest
