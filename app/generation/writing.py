"""Ten different sentences about a face from its forty attributes.

Everything follows from (seed, sample id, grammar version): no caption depends on other samples or on the order in
which they are written, so one sample can be written again, and a difference between two runs is a difference of data.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.generation.grammar import FRAME, START, Grammar, shipped_grammar
from app.generation.planner import CaptionOptions, Conflict, Planner, facts_to_tell
from app.generation.realise import sentence
from app.generation.speech import Speech

GRAMMAR_VERSION = "3"
_PATIENCE = 40
"""Captions drawn twice before every second one only presents the person: few facts do not make ten sentences."""
_LIMIT = 400
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class WrittenCaption:
    """A sentence and what it says: attribute → whether it is so, the sex among them where a word gives it away."""

    text: str
    claims: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Written:
    """The captions of one sample, and the labels that contradicted each other on the way."""

    captions: tuple[WrittenCaption, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences."""
        return tuple(caption.text for caption in self.captions)


def tokens_of(text: str) -> tuple[str, ...]:
    """The words as the AttnGAN family of loaders sees them: two captions are the same when these are."""
    return tuple(_TOKEN.findall(text.lower()))


def write_captions(
    attributes: Mapping[str, bool | None], sample: str, *, seed: int = 0, count: int = 10
) -> tuple[str, ...]:
    """``count`` different single sentences about a sample, always the same for the same arguments."""
    return write(attributes, sample, seed=seed, count=count).texts


def write(
    attributes: Mapping[str, bool | None],
    sample: str,
    *,
    grammar: Grammar | None = None,
    options: CaptionOptions | None = None,
    seed: int = 0,
    count: int = 10,
    besides: Iterable[str] = (),
) -> Written:
    """``count`` captions that differ from each other and from those in ``besides`` in their words.

    Unknown attributes are not mentioned; of a person whose sex is unknown no word tells it. There are fewer than
    ``count`` only when a person's own grammar cannot say so many different things.
    """
    grammar = grammar or shipped_grammar()
    options = options or CaptionOptions()
    digest = hashlib.sha256(f"{seed}|{sample}|{GRAMMAR_VERSION}".encode()).digest()
    rng = random.Random(int.from_bytes(digest[:8], "big"))
    telling = facts_to_tell(attributes, grammar.lexicon, rng.choice, options)
    planner = Planner(telling, grammar, rng, options)
    taken = {tokens_of(text) for text in besides}
    found: list[WrittenCaption] = []
    repeats = 0
    while len(found) < count and repeats < _LIMIT:
        is_bare = repeats > _PATIENCE and (repeats + len(found)) % 2 == 0
        speech = Speech(grammar, rng, telling.sex, telling.is_blurry, () if is_bare else planner.phrases())
        speech.say(FRAME if is_bare else START)
        text = sentence(speech.tokens)
        key = tokens_of(text)
        if key in taken:
            repeats += 1
            continue
        taken.add(key)
        planner.told(speech.told)
        found.append(WrittenCaption(text, speech.claims()))
    return Written(tuple(found), telling.conflicts)
