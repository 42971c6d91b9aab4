"""How a click on a facet writes into the search line, and how a facet sees that it is in there.

What the user typed stays as it was typed: a term is put in, taken out, or turned round where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.catalog.query.parser import parse
from app.catalog.query.syntax import And, HasAttribute, HasClass, Ids, Named, Node, Not, Or, Query
from app.faces.errors import QueryError

Listing = HasClass | HasAttribute | Named | Ids
"""Terms with a list of values of which one is enough."""

_AND_BEFORE = re.compile(r"(?:^|(?<=[\s)]))and\s*$", re.IGNORECASE)
_AND_AFTER = re.compile(r"\s*and(?=[\s(])", re.IGNORECASE)


def active_terms(text: str) -> dict[str, bool]:
    """The single terms the whole search hangs on: True where it asks for them, False where it excludes them.

    Written as ``str`` of a node writes them (``class:eye_g``); empty while the text cannot be understood.
    """
    try:
        query = parse(text)
    except QueryError:
        return {}
    active: dict[str, bool] = {}
    for part in _required(query):
        is_asked = not isinstance(part, Not)
        for single in _singles(part.part if isinstance(part, Not) else part):
            active[str(single)] = is_asked
    return active


def toggle_term(text: str, term: str, *, exclude: bool = False, either: bool = False) -> str:
    """The text with the term asked for (or excluded), or without it where it already was.

    ``either`` adds a value beside those that the search asks for in the same field: ``class:hat`` becomes
    ``class:hat,eye_g``. A text that cannot be understood gets the term at its end. Raises QueryError for a bad term.
    """
    wanted = parse(term).root
    if wanted is None:
        return text
    written = f"-{wanted}" if exclude else str(wanted)
    try:
        query = parse(text)
    except QueryError:
        return f"{text.rstrip()} {written}"
    for part in _required(query):
        is_excluded = isinstance(part, Not)
        inner = part.part if isinstance(part, Not) else part
        rest = _without(inner, wanted)
        if rest is inner:
            continue
        left = "" if rest is None else f"-{rest}" if is_excluded else str(rest)
        if is_excluded == exclude:
            return _replaced(text, part, left)
        if not left:
            return _replaced(text, part, written)
        return toggle_term(_replaced(text, part, left), term, exclude=exclude)
    if either and not exclude:
        for part in _required(query):
            joined = _joined(part, wanted)
            if joined is not None:
                return _replaced(text, part, str(joined))
    return _added(text, query, written)


def _required(query: Query) -> tuple[Node, ...]:
    match query.root:
        case None:
            return ()
        case And(parts):
            return parts
    return (query.root,)


def _singles(node: Node) -> Iterator[Node]:
    """A list of values as one term for each; any other term as it is; groups not at all."""
    match node:
        case HasClass(ids):
            yield from (replace(node, ids=(class_id,)) for class_id in ids)
        case HasAttribute(names) | Named(_, names):
            yield from (replace(node, names=(name,)) for name in names)
        case Ids(_, items):
            yield from (replace(node, items=(item,)) for item in items)
        case And() | Or() | Not():
            return
        case _:
            yield node


def _without(node: Node, single: Node) -> Node | None:
    """The node without one of its values; None when nothing is left, the very node when it has no such value."""
    if node == single:
        return None
    singles = list(_singles(node))
    left = [each for each in singles if each != single]
    if len(left) == len(singles) or not left or len(singles) == 1:
        return node
    whole = left[0]
    for each in left[1:]:
        whole = _joined(whole, each) or whole
    return whole


def _joined(node: Node, more: Node) -> Node | None:
    """Both lists of values as one, where they are of the same field."""
    match node, more:
        case HasClass(ids), HasClass(others):
            return replace(node, ids=(*ids, *others))
        case HasAttribute(names, value), HasAttribute(more_names, other) if value == other:
            return replace(node, names=(*names, *more_names))
        case Named(field, names), Named(other, more_names) if field == other:
            return replace(node, names=(*names, *more_names))
        case Ids(field, items), Ids(other, more_items) if field == other:
            return replace(node, items=(*items, *more_items))
    return None


def _replaced(text: str, part: Node, written: str) -> str:
    """The text with other characters in place of a part; without any, the blank or ``and`` beside it goes too."""
    before, after = text[: part.start], text[part.end :]
    if written:
        return before + written + after
    joint = _AND_BEFORE.search(before)
    if joint is not None:
        before = before[: joint.start()]
    else:
        found = _AND_AFTER.match(after)
        after = after[found.end() :] if found is not None else after
    before, after = before.rstrip(), after.lstrip()
    tight = not before or not after or before.endswith("(") or after.startswith(")")
    return before + ("" if tight else " ") + after


def _added(text: str, query: Query, written: str) -> str:
    root = query.root
    if root is None:
        return f"{written} {text.strip()}".rstrip()
    is_open_or = isinstance(root, Or) and root.start == root.parts[0].start
    if is_open_or and any(root.start < key.start < root.end for key in query.sort):
        return " ".join([f"({root})", written, *map(str, query.sort)])
    inside = text[root.start : root.end]
    return text[: root.start] + (f"({inside})" if is_open_or else inside) + f" {written}" + text[root.end :]
