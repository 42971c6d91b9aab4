"""A person's own grammar, tried before it is used: what it writes must say what it was told to say.

Rules and words can each be in order and still not go together: a phrase that begins another, a rule with *no* in it.
So captions of seeded people are written and read back; what is misread would be a false finding in every check.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from app.faces.attributes import ATTRIBUTE_NAMES
from app.faces.errors import GrammarError
from app.generation.grammar import FRAME, START, Grammar, load_grammar
from app.generation.grammar_file import Wording
from app.generation.lexicon import THEIR, Fact
from app.generation.phrase_book import PhraseBook, shipped_synonyms
from app.generation.planner import CaptionOptions
from app.generation.reading import Reader
from app.generation.writing import WrittenCaption, write

_PEOPLE = 60
_CAPTIONS = 10
_OPTIONS = CaptionOptions(negatives=0.2, blurry=True)


def open_grammar(wording: Wording, file: Path | None = None) -> Grammar:
    """The shipped grammar, or that of a file, which was tried. Raises GrammarError with the line, or OSError."""
    grammar = load_grammar(wording, file)
    if file is not None:
        require_round_trip(grammar)
    return grammar


def reader_of(grammar: Grammar) -> Reader:
    """Who reads captions in the words of a grammar, and in other people's for the same facts."""
    return Reader(PhraseBook.of((grammar,), shipped_synonyms()))


def require_round_trip(grammar: Grammar) -> None:
    """Captions of all kinds of people are different from each other and read as what they were to say.

    Raises GrammarError with the line of the phrase that is not.
    """
    reader = reader_of(grammar)
    for number, attributes in enumerate(_people()):
        captions = write(attributes, str(number), grammar=grammar, options=_OPTIONS, count=_CAPTIONS).captions
        if len(captions) < _CAPTIONS:
            line = grammar.rules[FRAME][0].line
            known = sum(value is True for value in attributes.values())
            raise line.error(
                f"of a person with {known} known facts there are only {len(captions)} different captions; give"
                f" {FRAME} more ways to present somebody"
            )
        for caption in captions:
            reading = reader.read(caption.text)
            wrong = {Fact(*claim) for claim in reading.values.items()} ^ {Fact(*one) for one in caption.claims.items()}
            words = [caption.text[span.start : span.end] for span in reading.residue]
            if wrong or words or reading.clashes:
                raise _misread(grammar, caption, wrong, words)
            if reading.slips:
                what = f"{caption.text!r} has a sentence that {reading.slips[0].what}; look for the rule that says so"
                raise grammar.rules[START][0].line.error(what)


def _people() -> Iterator[dict[str, bool | None]]:
    """Nobody known, women and men of whom nothing is known, everything one at a time, and any mixture."""
    rng = random.Random(0)
    for sex in (None, False, True):
        yield {"Male": sex}
    for name in ATTRIBUTE_NAMES:
        for value in (True, False):
            yield {"Male": True, name: value}
    for _ in range(_PEOPLE):
        yield {name: rng.choice((True, False)) for name in ATTRIBUTE_NAMES}


def _misread(grammar: Grammar, caption: WrittenCaption, wrong: set[Fact], words: list[str]) -> GrammarError:
    misread = {fact.attribute for fact in wrong}
    said = [phrase for phrase in grammar.lexicon.phrases if phrase.text.partition(THEIR)[0] in caption.text]
    said.sort(key=lambda phrase: misread.isdisjoint(fact.attribute for fact in phrase.facts))
    line = said[0].line if said else grammar.rules[FRAME][0].line
    if words:
        return line.error(f"of {caption.text!r} nobody would understand: {', '.join(words)}")
    told = ", ".join(sorted(map(str, wrong))) or "one thing and its contrary"
    return line.error(f"{caption.text!r} does not read as what it was to say: {told}; use other words")
