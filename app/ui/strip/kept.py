"""The tool, the brush, the class, the rules and the options from one run to the next, as a line of JSON.

Every value is looked at before it is believed: a line from another version, or a damaged one, costs the values that it
has wrong and no more. What hides classes is not kept; nobody should wonder where they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.faces.classes import CLASS_BY_NAME, CLASSES, bits_of, names_of
from app.imaging.compose import Area, Erase, Others
from app.imaging.footprint import BrushShape
from app.ui.canvas.tools import BUILT_IN
from app.ui.strip.photo_range import RANGE_OPTIONS, keep_range, kept_range

if TYPE_CHECKING:
    from app.ui.canvas.tools.tool import Option
    from app.ui.session import Session

_LONGEST = 1 << 16


def kept_text(session: Session) -> str:
    """What is to be kept."""
    return json.dumps(
        {
            "tool": session.tool,
            "class": CLASSES[session.face_class].name,
            "brush_size": session.brush_size,
            "brush_shape": session.brush_shape_name,
            "others": session.others_name,
            "erase": session.erase_mode_name,
            "area": session.area_name,
            "area_class": CLASSES[session.area_class].name,
            "locked": [*names_of(session.locked), *(["background"] if session.background_locked else [])],
            "range": session.photo_range is not None,
            "options": dict(session.options),
        }
    )


def restore(session: Session, text: str) -> None:
    """The session is as it was kept, as far as the text says something possible."""
    if not text or len(text) > _LONGEST:
        return
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(kept, dict):
        return
    _restore_words(session, kept)
    locked = [name for name in _list(kept.get("locked")) if name in CLASS_BY_NAME]
    session.locked, session.background_locked = bits_of(*locked), "background" in locked
    size = kept.get("brush_size")
    if isinstance(size, int):
        session.brush_size = size
    options = kept.get("options")
    known = {option.key: option for option in (*RANGE_OPTIONS, *(o for tool in BUILT_IN for o in tool.options))}
    for key, value in options.items() if isinstance(options, dict) else ():
        if key in known and _is_possible(known[key], value):
            session.set_option(key, value)
    if kept.get("range") is True:
        keep_range(session, kept_range(session), on=True)


def _restore_words(session: Session, kept: Mapping[str, Any]) -> None:
    """What is one of a few words."""
    for key, name, words in (
        ("tool", "tool", {tool.name for tool in BUILT_IN}),
        ("brush_shape", "brush_shape_name", {shape.value for shape in BrushShape}),
        ("others", "others_name", {rule.value for rule in Others}),
        ("erase", "erase_mode_name", {mode.value for mode in Erase}),
        ("area", "area_name", {area.value for area in Area}),
    ):
        if _word(kept.get(key)) in words:
            setattr(session, name, kept[key])
    for key, name in (("class", "face_class"), ("area_class", "area_class")):
        if _word(kept.get(key)) in CLASS_BY_NAME:
            setattr(session, name, CLASS_BY_NAME[kept[key]].id)


def _is_possible(option: Option, value: object) -> bool:
    """Whether the value is of the option's kind and among what it offers."""
    if type(value) is not type(option.default):
        return False
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return option.low <= value <= option.high
    return value in {choice for choice, _ in option.choices}


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
