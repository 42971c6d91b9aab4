"""The captions of one sample read together: what is said where, what never, and where they contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.faces.attributes import ATTRIBUTE_NAMES
from app.generation.lexicon import Fact
from app.generation.reading import Reader, Reading, shipped_reader
from app.generation.writing import tokens_of


@dataclass(frozen=True, slots=True)
class SetClash:
    """Two facts that cannot both be so, and which captions (from 0) say the one, which the other, maybe the same."""

    first: Fact
    first_captions: tuple[int, ...]
    second: Fact
    second_captions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CaptionSet:
    """The readings of all captions of a sample, in file order. Captions are numbered from 0."""

    texts: tuple[str, ...]
    readings: tuple[Reading, ...]
    said: Mapping[Fact, tuple[int, ...]]
    """Every fact that is said, and the captions that say it; one said twice in a caption counts once."""
    clashes: tuple[SetClash, ...]
    repeats: tuple[tuple[int, ...], ...]
    """Captions that loaders of the AttnGAN family cannot tell apart: the same words in the same order."""

    def coverage(self) -> dict[str, tuple[bool | None, ...]]:
        """For each of the forty attributes what every caption says of it; None: nothing."""
        values = [reading.values for reading in self.readings]
        return {name: tuple(value.get(name) for value in values) for name in ATTRIBUTE_NAMES}

    def captions_that_say(self, attribute: str, value: bool) -> tuple[int, ...]:
        """The captions that say that the attribute is so, or is not."""
        return self.said.get(Fact(attribute, value), ())

    def words_for(self, fact: Fact) -> tuple[str, ...]:
        """The words with which the captions say it, in their order."""
        return tuple(
            self.texts[index][claim.start : claim.end]
            for index in self.said.get(fact, ())
            for claim in self.readings[index].claims
            if claim.fact == fact
        )


def read_captions(texts: Iterable[str], reader: Reader | None = None) -> CaptionSet:
    """All captions of a sample read together, with the shipped words unless a reader is given."""
    reader = reader or shipped_reader()
    texts = tuple(texts)
    readings = tuple(map(reader.read, texts))
    said: defaultdict[Fact, list[int]] = defaultdict(list)
    for index, reading in enumerate(readings):
        for fact in dict.fromkeys(claim.fact for claim in reading.claims):
            said[fact].append(index)
    where = {fact: tuple(captions) for fact, captions in said.items()}
    return CaptionSet(texts, readings, where, _clashes(where, reader), _repeats(texts))


def _clashes(said: Mapping[Fact, tuple[int, ...]], reader: Reader) -> tuple[SetClash, ...]:
    """Every pair of facts that exclude each other, once."""
    facts = list(said)
    return tuple(
        SetClash(first, said[first], second, said[second])
        for number, first in enumerate(facts)
        for second in facts[number + 1 :]
        if reader.excludes(first, second)
    )


def _repeats(texts: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        if tokens := tokens_of(text):
            places[tokens].append(index)
    return tuple(tuple(indices) for indices in places.values() if len(indices) > 1)
