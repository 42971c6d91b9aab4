"""What may come next while somebody types a search: names of fields, and the values they take in this dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from app.catalog.columns import STATE_NUMBER, Columns
from app.catalog.query.evaluate import Searched
from app.catalog.query.lexer import MINUS, OPENING
from app.catalog.query.saved import saved_searches
from app.catalog.query.syntax import Name
from app.catalog.query.vocabulary import (
    ATTRIBUTE_VALUES,
    CLASS_MEASURES,
    COUNTED,
    FIELDS,
    FLAG_FIELDS,
    MEASURES,
    NOTHING,
    SORT_KEYS,
    THINGS,
    folded,
)
from app.faces.attributes import attribute_title
from app.faces.classes import CLASSES, LAYER_CLASSES
from app.faces.review import ReviewState

MOST = 50
_CALL = re.compile(r"(?:sort:)?(area|seen|count|similar)\(", re.IGNORECASE)
_FIELD = re.compile(rf"({'|'.join(FIELDS)}):", re.IGNORECASE)
_AFTER_SORTING = re.compile(r"sort:(?:\w+\([^()]*\)|\w+)\s+$", re.IGNORECASE)
_REST_OF_NAME = re.compile(rf"[^\s(),=:{OPENING}]*")


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` would replace the characters ``start`` up to ``end``; ``detail`` says what it is."""

    text: str
    start: int
    end: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Offer:
    """Something to write, what it is, and the names that lead to it where those are not the text."""

    text: str
    detail: str = ""
    names: tuple[str, ...] = ()


def complete(text: str, cursor: int, catalog: Searched) -> list[Completion]:
    """What the word at the cursor may become, the likeliest first; at most ``MOST``, none inside captions' words.

    Works on any text, also on one that is no search (yet).
    """
    cursor = max(0, min(cursor, len(text)))
    begin, quote = _begin_of_term(text[:cursor])
    term = text[begin:cursor]
    columns = catalog.columns
    call = _CALL.match(term)
    field = _FIELD.match(term)
    if call is not None:
        start, offers = begin + call.end(), _arguments(call[1].lower())
    elif term.startswith("@"):
        start, offers = begin + 1, [_Offer(str(Name(name)), said) for name, said in saved_searches().items()]
    elif field is not None and field[1].lower() == "sort":
        start, offers = begin + field.end(), [_called(key, told) for key, told in SORT_KEYS.items()]
    elif field is not None:
        values = term[field.end() :]
        value = re.split(r"[,=]", values)[-1] if quote is None else text[quote:cursor]
        start = cursor - len(value)
        offers = list(_values(field[1].lower(), columns, after_equals="=" in values))
        taken = {folded(name) for name in re.split(r"[,=]", values)[:-1]}
        offers = [offer for offer in offers if folded(offer.text) not in taken]
    elif quote is not None:
        return []
    elif _AFTER_SORTING.search(text[:begin]):
        start, offers = begin, [_Offer("desc", "largest first"), _Offer("asc", "smallest first")]
    elif not term and text.strip():
        return []
    else:
        start, offers = begin, list(_terms(columns, term))
    end = _end_of_name(text, cursor, is_quoted=quote is not None)
    typed = folded(text[start:cursor])
    offered = _ranked(offers, typed)[:MOST]
    chosen = (_completion(offer, text, start, end) for offer in offered)
    return [each for each in chosen if each.text != text[each.start : each.end]]


def _completion(offer: _Offer, text: str, start: int, end: int) -> Completion:
    """The offer in place of a name; a colon or bracket that follows the name already is not doubled."""
    closes = offer.text[-1:] in (":", "(", ")") and text[end : end + 1] == offer.text[-1]
    return Completion(offer.text, start, end + closes, offer.detail)


def _begin_of_term(left: str) -> tuple[int, int | None]:
    """Where the term that reaches to the cursor begins, and the quotation that is open there, if one is."""
    begin, quote = 0, None
    at = 0
    while at < len(left):
        character = left[at]
        if quote is not None:
            at += character == "\\"
            if character in OPENING:
                quote = None
        elif character in OPENING:
            quote = at
        elif _parts_terms(character, left[begin:at]):
            begin = at + 1
        at += 1
    return begin, quote


def _parts_terms(character: str, before: str) -> bool:
    if character == "(":
        return not _CALL.fullmatch(f"{before}(")
    return character.isspace() or character == ")" or (character in MINUS and not before)


def _end_of_name(text: str, cursor: int, *, is_quoted: bool) -> int:
    if is_quoted:
        closing = text.find('"', cursor)
        # A mark behind a colon, comma or blank begins the next quotation; then this one has no end yet.
        is_end = closing > cursor - 1 and not re.search(r"[\s:,(]$", text[cursor:closing])
        return closing + 1 if is_end else cursor
    found = _REST_OF_NAME.match(text, cursor)
    return found.end() if found is not None else cursor


def _arguments(name: str) -> list[_Offer]:
    if name == "count":
        return [_Offer(f"{thing})") for thing in COUNTED]
    if name == "similar":
        return []
    return [
        _Offer(f"{face_class.name})", face_class.title, (face_class.name, face_class.title)) for face_class in CLASSES
    ]


def _called(name: str, told: str) -> _Offer:
    return _Offer(f"{name}(" if name in CLASS_MEASURES or name in ("count", "similar") else name, told)


def _terms(columns: Columns, typed: str) -> Iterator[_Offer]:
    yield from (_Offer(f"{name}:", told) for name, told in FIELDS.items())
    yield from (_called(name, told) for name, told in MEASURES.items())
    if len(typed) >= 2:
        for field in ("class", "attr", "tag", "split", "state", "finding"):
            for offer in _values(field, columns):
                yield _Offer(f"{field}:{offer.text}", offer.detail, offer.names or (offer.text,))


def _values(field: str, columns: Columns, *, after_equals: bool = False) -> Iterator[_Offer]:
    match field:
        case "class":
            for face_class in LAYER_CLASSES:
                count = int(np.count_nonzero(columns.classes & np.uint32(face_class.bit)))
                yield _Offer(face_class.name, f"{face_class.title}, {count:,}", (face_class.name, face_class.title))
        case "attr" if after_equals:
            yield from map(_Offer, ATTRIBUTE_VALUES)
        case "attr":
            for at, name in enumerate(columns.attribute_names):
                count = int(np.count_nonzero(columns.yes & np.uint64(1 << at)))
                yield _Offer(str(Name(name)), f"{count:,}", (name, attribute_title(name)))
        case "split":
            for at, name in enumerate(columns.split_names):
                yield _Offer(str(Name(name)), f"{int(np.count_nonzero(columns.split == at)):,}")
            yield _Offer(NOTHING, f"{int(np.count_nonzero(columns.split < 0)):,}")
        case "state":
            for state in ReviewState:
                yield _Offer(state.value, f"{int(np.count_nonzero(columns.state == STATE_NUMBER[state])):,}")
        case "tag" | "finding":
            labels = columns.tags if field == "tag" else columns.findings
            for label in sorted(labels, key=str.casefold):
                yield _Offer(str(Name(label)), f"{int(np.count_nonzero(labels[label])):,}", (label,))
        case "has" | "missing":
            yield from map(_Offer, THINGS)
        case _ if field in FLAG_FIELDS:
            yield from map(_Offer, ("yes", "no"))


def _ranked(offers: Iterable[_Offer], typed: str) -> list[_Offer]:
    """Those that begin with what was typed, then those with a word that does, then those that contain it."""
    ranks: tuple[list[_Offer], ...] = ([], [], [])
    for offer in offers:
        names = offer.names or (offer.text,)
        whole = [folded(name) for name in names]
        words = [folded(word) for name in names for word in re.split(r"[\s_]+", name)]
        if any(name.startswith(typed) for name in whole):
            ranks[0].append(offer)
        elif any(word.startswith(typed) for word in words):
            ranks[1].append(offer)
        elif any(typed in name for name in whole):
            ranks[2].append(offer)
    return [offer for rank in ranks for offer in rank]
