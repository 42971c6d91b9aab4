"""Threshold: a class where the photo's lightness, colour or likeness to skin lies in a range."""

from __future__ import annotations

from app.imaging.cleanup.neighbours import FREED, heirs_of
from app.imaging.cleanup.operator import Amount, OneOf, Operator, Plan, Subject, Values, reshaped
from app.imaging.intensity import Channel, PhotoRange, in_range

MODES = OneOf(
    "mode",
    "The class",
    (
        ("keep", "Keeps what is in range"),
        ("remove", "Loses what is in range"),
        ("add", "Gains what is in range"),
        ("replace", "Is what is in range"),
    ),
    "keep",
)


def photo_range_of(values: Values) -> PhotoRange:
    """The range that the parameters name; from above to below, it is what lies outside."""
    low, high = values.whole("low"), values.whole("high")
    channel = Channel(values.word("channel"))
    if low > high:
        return PhotoRange(channel, high + 1, low - 1, inverted=True) if low > high + 1 else PhotoRange(channel)
    return PhotoRange(channel, low, high)


def _threshold(subject: Subject, values: Values) -> Plan:
    assert subject.rgb is not None, "the operator asks for a photo"
    inside = in_range(subject.rgb, photo_range_of(values))
    mode = values.word("mode")
    wanted = {}
    for class_id in subject.targets:
        plane = subject.plane(class_id)
        wanted[class_id] = {
            "keep": plane & inside,
            "remove": plane & ~inside,
            "add": plane | inside,
            "replace": inside.copy(),
        }[mode]
    return reshaped(subject, wanted, heirs=heirs_of(subject, values))


FAMILY = "Threshold"
OPERATORS: tuple[Operator, ...] = (
    Operator(
        "threshold.range",
        "Threshold",
        FAMILY,
        "The class follows the photo: pixels in a range of lightness, colour or likeness to skin.",
        (
            OneOf("channel", "Channel", tuple((c.value, c.value.capitalize()) for c in Channel), Channel.SKIN.value),
            Amount("low", "From", 64, 0, 255, 1, ""),
            Amount("high", "To", 255, 0, 255, 1, ""),
            MODES,
            FREED,
        ),
        _threshold,
        needs_photo=True,
    ),
)
