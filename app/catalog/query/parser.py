"""From the text of a search to what it means, or to an error that points at the offending word.

The grammar is written down in ``resources/search-language.txt``; ``_Parser`` follows it rule by rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.catalog.query.lexer import MINUS, OPENING, Lexer, Piece
from app.catalog.query.saved import saved_searches
from app.catalog.query.syntax import And, Node, Not, Or, Query, Saved, SortKey
from app.catalog.query.terms import Terms
from app.catalog.query.vocabulary import KEYWORDS, closest, either
from app.faces.errors import QueryError

LONGEST_TEXT = 100_000
DEEPEST = 40
DEEPEST_SAVED = 8
MOST_TERMS = 500


def parse(text: str, saved: Mapping[str, str] | None = None) -> Query:
    """What the text asks for; an empty text asks for every sample. Raises QueryError.

    ``saved`` are the searches that ``@name`` may mean; None: those the user keeps, read when a name is met.
    """
    return _Parser(text, saved, ()).query()


class _Parser:
    """One text on its way to a ``Query``. ``within`` are the saved searches that are being read, outermost first."""

    def __init__(self, text: str, saved: Mapping[str, str] | None, within: tuple[str, ...]) -> None:
        if len(text) > LONGEST_TEXT:
            raise QueryError(f"a search has at most {LONGEST_TEXT:,} characters", LONGEST_TEXT, len(text))
        self.lexer = Lexer(text)
        self.term_rules = Terms(self.lexer)
        self.saved = saved
        self.within = within
        self.sort: list[SortKey] = []
        self.terms = 0

    def query(self) -> Query:
        """The whole text. Its order is that of its ``sort:``, else of the first saved search that has one."""
        root = self.alternatives(0)
        if self.lexer.next:
            raise QueryError("this bracket closes nothing", self.lexer.at, self.lexer.at + 1)
        sort = tuple(self.sort)
        for part in root.parts if isinstance(root, And) else (root,):
            if isinstance(part, Saved) and not sort:
                sort = tuple(_standing_for(part, key) for key in part.query.sort)
        return Query(root, sort, end=len(self.lexer.text))

    def alternatives(self, depth: int) -> Node | None:
        """requirements { "or" requirements }."""
        parts: list[Node] = []
        before: Piece | None = None
        while True:
            part = self.requirements(depth)
            after = self.keyword("or")
            lonely = after or before
            if part is None and lonely is not None:
                raise _lonely(lonely)
            if part is None:
                return None
            parts.append(part)
            if after is None:
                return parts[0] if len(parts) == 1 else Or(tuple(parts), start=parts[0].start, end=part.end)
            before = after

    def requirements(self, depth: int) -> Node | None:
        """factor { [ "and" ] factor }; outside brackets also sorting."""
        parts: list[Node] = []
        while True:
            joint = self.keyword("and")
            if joint is not None and not parts:
                raise _lonely(joint)
            self.lexer.skip_blanks()
            if self.lexer.next in ("", ")") or self.sees_keyword("or"):
                if joint is not None:
                    raise _lonely(joint)
                if not parts:
                    return None
                return parts[0] if len(parts) == 1 else And(tuple(parts), start=parts[0].start, end=parts[-1].end)
            if depth == 0 and joint is None and self.term_rules.sees_sorting():
                self.sort.append(self.term_rules.sorting())
            else:
                parts.append(self.factor(depth))

    def factor(self, depth: int) -> Node:
        """( "-" | "not" ) factor | "(" alternatives ")" | term."""
        start = self.lexer.at
        if depth > DEEPEST:
            raise QueryError(f"brackets and exclusions go at most {DEEPEST} deep", start, start + 1)
        word = self.keyword("not")
        if word is not None:
            self.lexer.skip_blanks()
            if self.lexer.next in ("", ")") or self.sees_keyword("or") or self.sees_keyword("and"):
                raise _lonely(word)
            part = self.factor(depth + 1)
            return Not(part, start=start, end=part.end)
        if self.lexer.take(MINUS):
            if self.lexer.next in ("", ")") or self.lexer.next.isspace():
                raise QueryError("put what is to be excluded right behind the minus", start, start + 1)
            part = self.factor(depth + 1)
            return Not(part, start=start, end=part.end)
        if self.lexer.take("("):
            inside = self.alternatives(depth + 1)
            if not self.lexer.take(")"):
                raise QueryError("this bracket is not closed; add a )", start, start + 1)
            if inside is None:
                raise QueryError("nothing stands between these brackets", start, self.lexer.at)
            return replace(inside, start=start, end=self.lexer.at)
        self.terms += 1
        term = self.saved_search() if self.lexer.next == "@" else self.term_rules.term()
        if self.terms > MOST_TERMS:
            raise QueryError(f"a search has at most {MOST_TERMS} terms", term.start, term.end)
        if self.lexer.next not in ("", ")") and not self.lexer.next.isspace():
            raise QueryError("a blank is missing before this", *self.lexer.wordish())
        return term

    def saved_search(self) -> Saved:
        """ "@" name."""
        start = self.lexer.at
        self.lexer.take("@")
        piece = self.lexer.name()
        if self.saved is None:
            self.saved = saved_searches()
        there_are = f"there are {', '.join('@' + name for name in self.saved)}" if self.saved else "none is saved yet"
        if piece is None or not piece.text:
            raise QueryError(f"name a saved search behind the @; {there_are}", start, start + 1)
        span = (start, piece.end)
        text = self.saved.get(piece.text)
        if text is None:
            close = closest(piece.text, self.saved)
            hint = f"did you mean {either('@' + name for name in close)}?" if close else there_are
            told = f"there is no saved search @{piece.text}; {hint}"
            raise QueryError(told, *span, f"@{close[0]}" if close else None)
        if piece.text in self.within:
            raise QueryError(f"the saved search @{piece.text} uses itself", *span)
        if len(self.within) >= DEEPEST_SAVED:
            raise QueryError(f"saved searches go at most {DEEPEST_SAVED} deep", *span)
        try:
            inner = _Parser(text, self.saved, (*self.within, piece.text))
            query = inner.query()
        except QueryError as error:
            raise QueryError(f"in @{piece.text}: {error}", *span) from error
        self.terms += inner.terms
        return Saved(piece.text, query, start=start, end=piece.end)

    def keyword(self, word: str) -> Piece | None:
        """The keyword, when it comes next."""
        self.lexer.skip_blanks()
        if not self.sees_keyword(word):
            return None
        start = self.lexer.at
        self.lexer.at += len(word)
        return Piece(self.lexer.text[start : self.lexer.at], start, self.lexer.at)

    def sees_keyword(self, word: str) -> bool:
        """Whether the keyword comes next, as a word of its own."""
        assert word in KEYWORDS
        end = self.lexer.at + len(word)
        if self.lexer.text[self.lexer.at : end].lower() != word:
            return False
        behind = self.lexer.text[end : end + 1]
        return not behind or behind.isspace() or behind in "()" or behind in OPENING


def _standing_for(saved: Saved, key: SortKey) -> SortKey:
    """The key of a saved search, placed where the saved search is named."""
    measure = replace(key.measure, start=saved.start, end=saved.end)
    return replace(key, measure=measure, start=saved.start, end=saved.end)


def _lonely(word: Piece) -> QueryError:
    told = f"something is missing beside “{word.text}”; to search captions for the word itself, put it in quotes"
    return QueryError(told, word.start, word.end, f'"{word.text}"')
