"""Captions: how many a second on one core, and whether those of many people are what they should be.

``python tests/benchmarks/bench_captions.py 10000`` looks at as many attribute vectors of each kind (1,000 without a
number): ten different sentences each, in English, that say what is so and read back as what they were to say.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from timing import print_claim

from app.generation.grammar import Grammar, load_grammar
from app.generation.grammar_file import WORDINGS
from app.generation.planner import CaptionOptions, facts_to_tell
from app.generation.reading import read_caption
from app.generation.writing import tokens_of, write
from tests.generation.face_vectors import KINDS, Vector
from tests.generation.sentence_rules import mistakes_of

PLAIN, EVERYTHING = CaptionOptions(), CaptionOptions(negatives=0.15, blurry=True)
TIMED = 600
ROUNDS = 5


def rate(vectors: list[Vector], grammar: Grammar, options: CaptionOptions) -> float:
    """Captions a second of one core, the best of some rounds: others use this machine too."""
    best = 0.0
    for _ in range(ROUNDS):
        gc.collect()
        before = time.process_time()
        captions = sum(len(write(v, str(n), grammar=grammar, options=options).captions) for n, v in enumerate(vectors))
        best = max(best, captions / (time.process_time() - before))
    return best


def looked_at(vectors: list[Vector], grammar: Grammar, options: CaptionOptions) -> Counter[str]:
    """What there is to count in the captions of the vectors."""
    ignored = ("a or an", "a missing article", "a stiff denial") if grammar.wording == "released" else ()
    found: Counter[str] = Counter()
    for number, vector in enumerate(vectors):
        written = write(vector, str(number), grammar=grammar, options=options)
        found["captions"] += len(written.captions)
        found["not ten different"] += len({tokens_of(text) for text in written.texts}) != 10
        said = set()
        for caption in written.captions:
            reading = read_caption(caption.text)
            exact = reading.values == dict(caption.claims) and not (reading.residue or reading.clashes or reading.slips)
            found["read back otherwise"] += not exact
            found["with a mistake"] += bool(mistakes_of(caption.text, besides=ignored))
            found["against a label"] += any(vector.get(name) is not value for name, value in caption.claims.items())
            found["present only"] += not set(caption.claims) - {"Male", "Blurry"}
            found["words"] += len(caption.text.split())
            said |= set(caption.claims.items())
        chosen = {conflict.silent for conflict in written.conflicts} | {c.told for c in written.conflicts}
        facts = set(facts_to_tell(vector, grammar.lexicon, min, options).facts) - chosen
        found["facts"] += len(facts)
        found["facts told"] += len(facts & said)
    return found


def main() -> None:
    """Rates first, then what the captions are like."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for wording in WORDINGS:
        grammar = load_grammar(wording)
        for kind, make in KINDS.items():
            rng = random.Random(kind)
            vectors = [make(rng) for _ in range(TIMED)]
            for name, options in (("", PLAIN), (", negatives", EVERYTHING)):
                at_least = 10_000 if kind == "realistic" else 8_000
                found = rate(vectors, grammar, options)
                print_claim(f"captions a second, {wording}, {kind}{name}", found, at_least, at_least=True)
    print(
        f"\n{count:,} vectors of each kind {'captions':>12} {'≠10':>4} {'mistake':>8} {'label':>6} {'misread':>8}",
        end="",
    )
    print(f" {'facts told':>11} {'bare':>6} {'words':>6}")
    for wording in WORDINGS:
        grammar = load_grammar(wording)
        for kind, make in KINDS.items():
            for name, options in (("", PLAIN), (", negatives", EVERYTHING)):
                rng = random.Random(f"{kind}{name}")
                found = looked_at([make(rng) for _ in range(count)], grammar, options)
                total = found["captions"]
                print(
                    f"{wording + ', ' + kind + name:40} {total:>9,} {found['not ten different']:>4}"
                    f" {found['with a mistake']:>8} {found['against a label']:>6} {found['read back otherwise']:>8}"
                    f" {found['facts told'] / max(1, found['facts']):>11.2%} {found['present only'] / total:>6.1%}"
                    f" {found['words'] / total:>6.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
