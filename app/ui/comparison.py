"""How the mask on screen is compared with what it was before, as one value of the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["disk", "opened", "first"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``source`` is what *before* means: as the files hold the mask, as it was when the dataset was opened, or before
    the first edit that the history knows.

    ``wipes``: before on the left of a handle, now on its right. ``shows_before``: all of it as before. With
    ``shows_difference`` the changed pixels are outlined and counted.
    """

    source: Source = "opened"
    wipes: bool = False
    shows_before: bool = False
    shows_difference: bool = False
