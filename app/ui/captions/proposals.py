"""New words for lines: near the old ones and true to the labels. No Qt; any thread may ask.

Every line is some 50 ms of drawing sentences, so the window asks beside itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.faces.sample import SampleId
from app.generation.grammar import Grammar, shipped_grammar
from app.generation.grammar_file import WORDINGS
from app.generation.lexicon import Fact
from app.generation.reading import Reader
from app.generation.rewriting import rewrite
from app.generation.writing import WrittenCaption, write


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What proposals are made from: the lines as they are, the labels as they are given and as the mask has them.

    ``wrong`` are the facts that a line must not say any more, by line. ``grammar`` and ``reader`` are of one's own.
    """

    sample: SampleId
    texts: tuple[str, ...]
    given: Mapping[str, bool | None]
    labels: Mapping[str, bool | None]
    wrong: Mapping[int, frozenset[Fact]]
    grammar: Grammar | None = None
    reader: Reader | None = None

    @property
    def grammars(self) -> tuple[Grammar, ...]:
        """Those whose words a line may have, one's own first."""
        shipped = tuple(map(shipped_grammar, WORDINGS))
        return shipped if self.grammar is None else (self.grammar, *shipped)


def proposals(question: Question, line: int, *, count: int = 1, seed: int = 0) -> tuple[str, ...]:
    """Up to ``count`` texts for a line (from 0), the nearest first, none of which is there already."""
    return _proposals(question, line, question.texts, count, seed)


def proposals_for(question: Question, lines: Iterable[int]) -> dict[int, str]:
    """One text for each of the lines, all of them different; lines that nothing else can be said in are left out."""
    found: dict[int, str] = {}
    for line in lines:
        texts = (*question.texts, *found.values())
        if proposed := _proposals(question, line, texts, 1, 0):
            found[line] = proposed[0]
    return found


def _proposals(question: Question, line: int, besides: Sequence[str], count: int, seed: int) -> tuple[str, ...]:
    labels = {**question.labels} | {fact.attribute: not fact.value for fact in question.wrong.get(line, ())}
    text = question.texts[line]
    near: tuple[WrittenCaption, ...] = ()
    if text.strip():
        near = rewrite(
            text,
            labels,
            grammars=question.grammars,
            reader=question.reader,
            besides=besides,
            seed=seed,
            count=count,
        )
    if near and not _says_nothing(near[0].claims):
        return tuple(caption.text for caption in near)
    # Of an empty line, or one of which nothing holds, there is nothing to stay near to.
    anew = write(labels, question.sample, grammar=question.grammar, seed=seed + line + 1, count=count, besides=besides)
    return anew.texts or tuple(caption.text for caption in near)


def _says_nothing(claims: Mapping[str, bool]) -> bool:
    return not set(claims) - {"Male"}
