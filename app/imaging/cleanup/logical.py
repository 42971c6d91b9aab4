"""Logic: classes as sets of pixels. The target is changed, the other class is only looked at."""

from __future__ import annotations

from functools import partial

from app.faces.classes import CLASS_BY_NAME
from app.imaging.cleanup.operator import ClassChoice, OneOf, Operator, Plan, Subject, Values, reshaped
from app.imaging.compose import Erase, Others, Touch
from app.imaging.footprint import Coverage

OTHER = ClassChoice("other", "Other class", CLASS_BY_NAME["hair"].id, has_background=True)
KEEP = OneOf(
    "others",
    "Classes there",
    (("keep", "Stay as they are"), ("rule", "Follow the rule for others")),
    "keep",
)
"""Sets of pixels usually mean layers: adding the nose to the skin is not meant to take the nose away."""


def _combined(name: str, mine: Coverage, others: Coverage) -> Coverage:
    if name == "copy":
        return others
    if name == "add":
        return mine | others
    if name == "subtract":
        return mine & ~others
    if name == "intersect":
        return mine & others
    return ~mine


def _logical(name: str, subject: Subject, values: Values) -> Plan:
    other = values.whole("other") if "other" in values else 0
    wanted = {class_id: _combined(name, subject.plane(class_id), subject.plane(other)) for class_id in subject.targets}
    is_rule = "others" not in values or values.word("others") == "rule"
    plan = reshaped(subject, wanted)
    return Plan(plan.touches, None, None if is_rule else Others.OVERLAP)


def _clear(subject: Subject, _values: Values) -> Plan:
    return Plan([Touch(class_id, subject.plane(class_id), Erase.THIS_CLASS) for class_id in subject.targets])


FAMILY = "Logic"
OPERATORS: tuple[Operator, ...] = (
    Operator(
        "logic.copy", "Copy a class", FAMILY, "The class is exactly where the other class is.", (OTHER, KEEP),
        partial(_logical, "copy"),
    ),
    Operator(
        "logic.add", "Add a class", FAMILY, "The class is also where the other class is.", (OTHER, KEEP),
        partial(_logical, "add"),
    ),
    Operator(
        "logic.subtract", "Subtract a class", FAMILY, "The class is gone where the other class is.", (OTHER,),
        partial(_logical, "subtract"),
    ),
    Operator(
        "logic.intersect", "Intersect with a class", FAMILY, "The class is left where the other is, too.", (OTHER,),
        partial(_logical, "intersect"),
    ),
    Operator(
        "logic.invert", "Invert", FAMILY, "The class is where it was not, and is not where it was.", (KEEP,),
        partial(_logical, "invert"),
    ),
    Operator("logic.clear", "Clear", FAMILY, "The class is gone.", (), _clear),
)  # fmt: skip
