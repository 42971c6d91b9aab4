"""A caption said anew: what it said, as far as it is still so, in words as near to the old ones as there are.

For a line that a person wants said otherwise, and for lines that an edit of mask or attributes made wrong. Nothing is
ever replaced by itself: these are suggestions.
"""

from __future__ import annotations

import difflib
import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence

from app.generation.grammar import FRAME, START, Grammar, shipped_grammar
from app.generation.grammar_file import WORDINGS
from app.generation.lexicon import Lexicon
from app.generation.phrase_book import words_said
from app.generation.planner import CaptionOptions, Planner, facts_to_tell
from app.generation.reading import Reader, shipped_reader
from app.generation.realise import sentence
from app.generation.speech import Speech
from app.generation.writing import WrittenCaption, tokens_of

_DRAWS = 400
_SAME = CaptionOptions(negatives=1.0, blurry=True)
"""What the old caption denied, or said of the photo, the new one may as well."""


def rewrite(
    text: str,
    attributes: Mapping[str, bool | None],
    *,
    grammars: Sequence[Grammar] | None = None,
    reader: Reader | None = None,
    besides: Iterable[str] = (),
    seed: int = 0,
    count: int = 3,
) -> tuple[WrittenCaption, ...]:
    """Up to ``count`` captions for the line ``text``, the nearest first, that differ from it and those in ``besides``.

    What it claimed and the attributes deny is left out, or said of what is so instead: of another hair colour, say.
    Of several ``grammars`` (the shipped ones) the one that could have written the line comes first, else those that
    know more of its words: one with articles for a line that has some. ``reader`` knows other words than theirs.
    """
    old = tokens_of(text)
    claims = (reader or shipped_reader()).read(text).values
    taken = {old, *map(tokens_of, besides)}
    found: dict[tuple[str, ...], WrittenCaption] = {}
    of_grammar: dict[tuple[str, ...], int] = {}
    strange: list[int] = []
    digest = hashlib.sha256(f"{seed}|{text}".encode()).digest()
    for number, grammar in enumerate(grammars or [shipped_grammar(wording) for wording in WORDINGS]):
        rng = random.Random(int.from_bytes(digest[:8], "big"))
        strange.append(len(set(old) - words_said(grammar)))
        telling = facts_to_tell(still_so(claims, attributes, grammar.lexicon), grammar.lexicon, rng.choice, _SAME)
        planner = Planner(telling, grammar, rng, _SAME)
        facts = [*telling.facts, *telling.negatives]
        for _ in range(_DRAWS):
            rng.shuffle(facts)
            speech = Speech(grammar, rng, telling.sex, telling.is_blurry, planner.wordings(facts))
            speech.say(START if facts else FRAME)
            new = sentence(speech.tokens)
            said = {fact for phrase in speech.told for fact in phrase.facts}
            key = tokens_of(new)
            if key == old:
                strange[number] = -1  # its very words
            if key not in taken and said.issuperset(facts):
                found.setdefault(key, WrittenCaption(new, speech.claims()))
                of_grammar.setdefault(key, number)
    nearness = difflib.SequenceMatcher(autojunk=False)
    nearness.set_seq2(old)

    def near(key: tuple[str, ...]) -> tuple[float, bool]:
        nearness.set_seq1(key)
        return nearness.ratio(), ("Male" in found[key].claims) == ("Male" in claims)

    order = sorted(found, key=near, reverse=True)
    order.sort(key=lambda key: strange[of_grammar[key]])
    return tuple(found[key] for key in order[:count])


def still_so(
    claims: Mapping[str, bool], attributes: Mapping[str, bool | None], lexicon: Lexicon
) -> dict[str, bool | None]:
    """What of the claims a new caption says, in the terms of the labels: those that hold, and what replaced the others.

    A claim nothing is known about holds.
    """
    sex = attributes.get("Male")
    kept: dict[str, bool | None] = {"Male": claims.get("Male") if sex is None else sex}
    for name, value in claims.items():
        label = attributes.get(name)
        if name == "Male":
            continue
        if label is None or label is value:
            kept[name] = value
        elif label:
            kept[name] = True
        else:
            groups = [[fact.attribute for fact in rule.others] for rule in lexicon.conflicts if rule.kind == "one"]
            rivals = [other for group in groups if name in group for other in group]
            kept |= {other: True for other in rivals if attributes.get(other)}
    return kept
