"""What the brush and the eraser offer beside size and shape."""

from __future__ import annotations

from app.imaging.stabiliser import STRONGEST
from app.ui.canvas.tools.tool import Option

STABILISER = Option(
    "brush.stabiliser", "Steady", 0, high=STRONGEST, hint="How long the string is on which the pointer pulls the brush"
)
CLOSE = Option(
    "brush.close", "Close and fill", False, hint="Fill what a stroke encloses; let go in the ring to close the line"
)
HOLES = Option(
    "brush.holes", "Fill holes to", 0, high=999, suffix=" px", hint="Fill holes of up to so many pixels beside a stroke"
)
SMUDGE = Option(
    "brush.smudge", "Smudge", False, hint="Paint the class on which the stroke begins; beginning on none erases"
)
PRESSURE = Option("brush.pressure", "Pressure", True, hint="The harder a pen is pressed, the larger the brush")
MIRROR = Option("brush.mirror", "Mirror", False, hint="Paint on the other side of the face, too")
