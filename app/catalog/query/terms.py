"""The terms of a search: words, ``field:value``, comparisons like ``area(hair)>30%``, and ``sort:``.

Most of what is here is about being helpful with what is not quite right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from app.catalog.query.lexer import Lexer, Piece
from app.catalog.query.syntax import (
    Caption,
    Comparison,
    Flag,
    HasAttribute,
    HasClass,
    IdRange,
    Ids,
    Measure,
    Name,
    Named,
    Node,
    Note,
    SortKey,
    Words,
    quoted,
)
from app.catalog.query.vocabulary import (
    ANGLES,
    ATTRIBUTE_VALUES,
    CLASS_MEASURES,
    COUNTED,
    EXAMPLES,
    FIELDS,
    FLAG_FIELDS,
    ID_FIELDS,
    MEASURES,
    SORT_KEYS,
    STATES,
    THINGS,
    class_named,
    classes_like,
    closest,
    either,
    folded,
    is_number_of,
)
from app.catalog.query.words import words_in
from app.faces.attributes import ATTRIBUTE_NAMES
from app.faces.classes import CLASSES
from app.faces.errors import QueryError

MOST_WORDS = 64
_YES = {"yes": True, "true": True, "no": False, "false": False}
_RANGE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_UNIT = re.compile(r"\s*(%|°|px\b|pixels?\b)", re.IGNORECASE)
_DIRECTION = re.compile(r"\s+(asc|desc)(?:ending)?(?![^\s)])", re.IGNORECASE)


class Terms:
    """The rules for one term, on the lexer of the parser that asks."""

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer

    def term(self) -> Node:
        """word | quotation | field | comparison."""
        word = self.lexer.peek_identifier()
        behind = self.lexer.text[self.lexer.at + len(word) : self.lexer.at + len(word) + 1]
        if word and behind == ":":
            return self.field()
        if word and behind == "(":
            return self.comparison()
        if word and self.lexer.sees_operator(len(word), over_blanks=word.casefold() in ANGLES):
            return self.comparison()
        if self.lexer.sees_operator():
            raise QueryError("a comparison comes behind what it compares, like area(hair)>30%", *self.lexer.wordish())
        words = self.words("")
        return Caption((words,), start=words.start, end=words.end)

    # Fields

    def field(self) -> Node:
        """name ":" value."""
        start = self.lexer.at
        typed = self.lexer.peek_identifier()
        name = typed.casefold()
        if name not in FIELDS:
            raise self.no_such_field(typed)
        self.lexer.at += len(typed) + 1
        if name == "sort":
            raise QueryError("sort: stands outside brackets and is not excluded", start, self.lexer.at)
        if not self.lexer.next or self.lexer.next.isspace() or self.lexer.next == ")":
            told = f"something is missing right behind {name}: as in {EXAMPLES[name]}"
            raise QueryError(told, start, self.lexer.at, EXAMPLES[name])
        match name:
            case "caption":
                words = self.several_words() if self.lexer.next == "(" else (self.words(name),)
                return Caption(words, start=start, end=self.lexer.at)
            case "note":
                return Note(self.words(name), start=start, end=self.lexer.at)
            case "class":
                ids = tuple(self.class_id(piece) for piece in self.names(name))
                return HasClass(ids, start=start, end=self.lexer.at)
            case "attr":
                return self.attribute(start)
            case "state":
                return self.named(name, start, lambda piece: self.one_of(piece, STATES, "state"))
            case "has" | "missing":
                return self.named(name, start, lambda piece: self.one_of(piece, THINGS, "thing to have"))
            case _ if name in FLAG_FIELDS:
                [piece] = self.names(name, most=1)
                value = _YES.get(piece.text.casefold())
                if value is None:
                    raise QueryError(f"{name}: is yes or no", piece.start, piece.end, "yes")
                return Flag(name, value, start=start, end=self.lexer.at)
            case _ if name in ID_FIELDS:
                items = tuple(self.id_item(name, piece) for piece in self.names(name, starred=name == "id"))
                return Ids(name, items, start=start, end=self.lexer.at)
            case _:
                return self.named(name, start, lambda piece: piece.text, starred=True)

    def no_such_field(self, typed: str) -> QueryError:
        """What to say about an unknown word before a colon."""
        start, end = self.lexer.at, self.lexer.at + len(typed) + 1
        _, word_end = self.lexer.wordish()
        face_class = class_named(typed)
        attributes = {folded(name): name for name in ATTRIBUTE_NAMES}
        if face_class is not None:
            close = [f"class:{face_class.name}"]
        elif folded(typed) in attributes:
            close = [f"attr:{attributes[folded(typed)]}"]
        else:
            close = [f"{name}:" for name in closest(typed, FIELDS, n=1)]
        literal = quoted(self.lexer.text[start:word_end].rstrip(')"'))
        hint = f"did you mean {close[0]}?" if close else f"to search captions for it, write {literal}"
        return QueryError(f"there is no field {typed}: — {hint}", start, end, close[0] if close else literal)

    def words(self, field: str) -> Words:
        """A word or quotation, with an asterisk behind it when its last word may go on."""
        piece = self.lexer.word()
        if piece is None:
            hint = f"something to search for is missing behind {field}:" if field else "put letters before the *"
            raise QueryError(hint, self.lexer.at, self.lexer.at + 1)
        if piece.starred and not piece.is_quoted and self.lexer.next and self.lexer.next not in " \t\n\r()":
            raise QueryError("a * stands at the end of a word only", piece.end - 1, piece.end)
        found = words_in(piece.text)
        if not found:
            raise QueryError("there is no letter or digit in this to search for", piece.start, piece.end)
        if len(found) > MOST_WORDS:
            raise QueryError(f"a quotation has at most {MOST_WORDS} words", piece.start, piece.end)
        return Words(piece.text, piece.starred, start=piece.start, end=piece.end)

    def several_words(self) -> tuple[Words, ...]:
        """ "(" words { words } ")": all in the same caption."""
        start = self.lexer.at
        self.lexer.take("(")
        found: list[Words] = []
        while True:
            self.lexer.skip_blanks()
            if self.lexer.take(")"):
                break
            if not self.lexer.next or self.lexer.next == "(":
                raise QueryError("only words and quotations stand in caption:( ), up to a )", start, self.lexer.at)
            found.append(self.words("caption"))
            if len(found) > MOST_WORDS:
                raise QueryError(f"at most {MOST_WORDS} words stand in caption:( )", start, self.lexer.at)
        if not found:
            raise QueryError("nothing stands between these brackets", start, self.lexer.at)
        return tuple(found)

    def names(self, field: str, *, starred: bool = False, most: int | None = None) -> list[Piece]:
        """name { "," name }."""
        found: list[Piece] = []
        while not found or self.lexer.take(","):
            piece = self.lexer.name()
            if piece is None or not piece.text:
                told = f"a name is missing here, as in {EXAMPLES[field]}"
                raise QueryError(told, max(0, self.lexer.at - 1), self.lexer.at)
            if piece.starred and not starred:
                raise QueryError(f"{field}: takes whole names, without *", piece.end - 1, piece.end)
            found.append(piece)
        if most is not None and len(found) > most:
            raise QueryError(f"{field}: takes one value", found[most].start, found[-1].end)
        return found

    def named(self, field: str, start: int, meant: Callable[[Piece], str], *, starred: bool = False) -> Named:
        """A list of names, each made into what it means."""
        names = tuple(
            Name(meant(piece), piece.starred, start=piece.start, end=piece.end)
            for piece in self.names(field, starred=starred)
        )
        return Named(field, names, start=start, end=self.lexer.at)

    def attribute(self, start: int) -> HasAttribute:
        """names [ "=" ( "yes" | "no" | "unknown" ) ]. Which names there are only the dataset can tell."""
        names = tuple(Name(piece.text, start=piece.start, end=piece.end) for piece in self.names("attr"))
        value = "yes"
        if self.lexer.take("="):
            piece = self.lexer.name()
            if piece is None:
                raise QueryError("= is followed by yes, no or unknown", self.lexer.at - 1, self.lexer.at)
            value = self.one_of(piece, ATTRIBUTE_VALUES, "value of an attribute")
        return HasAttribute(names, value, start=start, end=self.lexer.at)

    def class_id(self, piece: Piece) -> int:
        """The official id of the class named."""
        found = class_named(piece.text)
        if found is None:
            close = classes_like(piece.text)
            hint = f"did you mean {either(close)}?" if close else f"there are {', '.join(c.name for c in CLASSES)}"
            told = f"there is no class {piece.text}; {hint}"
            raise QueryError(told, piece.start, piece.end, close[0] if close else None)
        return found.id

    def one_of(self, piece: Piece, known: Sequence[str], what: str) -> str:
        """The one of ``known`` that is meant, in singular or plural."""
        typed = folded(piece.text)
        found = next((name for name in known if is_number_of(typed, name) or is_number_of(name, typed)), None)
        if found is None:
            close = closest(piece.text, known, n=1)
            told = f"there is no {what} {piece.text}; there are {', '.join(known)}"
            raise QueryError(told, piece.start, piece.end, close[0] if close else None)
        return found

    def id_item(self, field: str, piece: Piece) -> Name | IdRange:
        """A number, a name, or a range of numbers."""
        found = None if piece.is_quoted or piece.starred else _RANGE.fullmatch(piece.text)
        if found is None:
            text = piece.text.rpartition(".")[0] if field == "celeba" and "." in piece.text else piece.text
            return Name(text or piece.text, piece.starred, start=piece.start, end=piece.end)
        low, high = int(found[1]), int(found[2])
        if low > high:
            raise QueryError("this range runs backwards", piece.start, piece.end, f"{high}-{low}")
        return IdRange(low, high, start=piece.start, end=piece.end)

    # Measures

    def comparison(self) -> Comparison:
        """measure operator number [ unit ]."""
        start = self.lexer.at
        measure = self.measure(MEASURES)
        self.lexer.skip_blanks()
        operator = self.lexer.operator()
        example = f"{measure}>{'10%' if measure.name in CLASS_MEASURES else '10'}"
        if operator is None:
            raise QueryError(f"compare {measure} with a number, like {example}", start, self.lexer.at, example)
        self.lexer.skip_blanks()
        number = self.lexer.number()
        if number is None:
            wrong = self.lexer.wordish()
            told = f"a number is missing behind {operator}, like {example}"
            raise QueryError(told, *(wrong if wrong[1] > wrong[0] else (start, self.lexer.at)))
        found = _UNIT.match(self.lexer.text, self.lexer.at)
        unit = found[1].lower() if found is not None else ""
        unit = "px" if unit.startswith("p") else unit
        if found is not None:
            self.lexer.at = found.end()
        span = (number.start, self.lexer.at)
        if measure.name in CLASS_MEASURES and unit not in ("%", "px"):
            told = f"say whether {measure} is meant in % of the mask or in px"
            raise QueryError(told, *span, f"{number.text}%")
        if measure.name not in CLASS_MEASURES and unit not in ("", "°" if measure.name in ANGLES else ""):
            raise QueryError(f"{measure} is a number without {unit}", *span, number.text)
        return Comparison(
            measure, operator, float(number.text), "" if unit == "°" else unit, start=start, end=self.lexer.at
        )

    def measure(self, known: Iterable[str]) -> Measure:
        """name [ "(" argument ")" ]."""
        start = self.lexer.at
        typed = self.lexer.peek_identifier()
        name = typed.casefold()
        self.lexer.at += len(typed)
        if name not in known:
            raise self.no_such_measure(typed, start, list(known))
        if name in CLASS_MEASURES or name in ("count", "similar"):
            return self.measure_of_something(name, start)
        if self.lexer.next == "(":
            raise QueryError(f"{name} takes no brackets", self.lexer.at, self.lexer.at + 1, name)
        return Measure(name, start=start, end=self.lexer.at)

    def measure_of_something(self, name: str, start: int) -> Measure:
        """The argument of ``area( )``, ``seen( )``, ``count( )`` or ``similar( )``."""
        asked = {"count": "what is counted", "similar": "a sample's id"}.get(name, "a class")
        if not self.lexer.take("("):
            told = f"{name} needs {asked} in brackets, as in {EXAMPLES[name]}"
            raise QueryError(told, start, self.lexer.at, EXAMPLES[name])
        piece = self.lexer.argument()
        if not self.lexer.take(")"):
            raise QueryError("this bracket is not closed; add a )", start, piece.end)
        if not piece.text:
            raise QueryError(f"{name}( ) needs {asked}, as in {EXAMPLES[name]}", start, self.lexer.at, EXAMPLES[name])
        if name == "count":
            argument = self.one_of(piece, COUNTED, "count of")
        elif name == "similar":
            argument = piece.text
        else:
            argument = CLASSES[self.class_id(piece)].name
        return Measure(name, argument, start=start, end=self.lexer.at)

    def no_such_measure(self, typed: str, start: int, known: list[str]) -> QueryError:
        """What to say about an unknown word where a measure is expected."""
        face_class = class_named(typed)
        close = [EXAMPLES.get(name, name).split(">")[0] for name in closest(typed, known, n=1)]
        if face_class is not None:
            close = [f"area({face_class.name})"]
        elif any(is_number_of(name, folded(typed)) for name in COUNTED):
            close = [f"count({typed.casefold()})"]
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}; for the word, add a blank"
        told = f"{typed} cannot be measured; {hint}"
        return QueryError(told, start, start + len(typed), close[0] if close else None)

    # Sorting

    def sees_sorting(self) -> bool:
        """Whether ``sort:`` comes next."""
        return self.lexer.text[self.lexer.at : self.lexer.at + 5].lower() == "sort:"

    def sorting(self) -> SortKey:
        """ "sort:" key [ "asc" | "desc" ]."""
        start = self.lexer.at
        self.lexer.at += len("sort:")
        if not self.lexer.peek_identifier():
            told = f"something is missing right behind sort: as in {EXAMPLES['sort']}"
            raise QueryError(told, start, self.lexer.at, EXAMPLES["sort"])
        measure = self.measure(SORT_KEYS)
        found = _DIRECTION.match(self.lexer.text, self.lexer.at)
        if found is not None:
            self.lexer.at = found.end()
        elif self.lexer.next and not self.lexer.next.isspace():
            raise QueryError("a blank is missing before this", *self.lexer.wordish())
        descending = found is not None and found[1].lower() == "desc"
        return SortKey(measure, descending, start=start, end=self.lexer.at)
