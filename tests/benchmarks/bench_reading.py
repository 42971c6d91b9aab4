"""Reading captions: how many a second on one core, of both wordings and of the released files where they are at hand.

With the released files also: what share is read without residue, and every word that is not.
"""

from __future__ import annotations

import gc
import random
import sys
import tarfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from timing import print_claim

from app.generation.grammar import load_grammar
from app.generation.grammar_file import WORDINGS
from app.generation.reading import read_caption
from app.generation.writing import write
from tests.generation.face_vectors import KINDS

RELEASED = Path(__file__).resolve().parents[3] / "shared" / "data" / "celeba-caption-30k.tar.gz"
TARGET = 20_000
PEOPLE, ROUNDS = 2000, 3


def rate(captions: list[str]) -> float:
    """Captions a second of one core, the best of some rounds: others use this machine too."""
    best = 0.0
    for _ in range(ROUNDS):
        gc.collect()
        before = time.process_time()
        for text in captions:
            read_caption(text)
        best = max(best, len(captions) / (time.process_time() - before))
    return best


def written(wording: str) -> list[str]:
    """Captions of many realistic people."""
    rng = random.Random(1)
    grammar = load_grammar(wording)  # type: ignore[arg-type]
    return [text for n in range(PEOPLE) for text in write(KINDS["realistic"](rng), str(n), grammar=grammar).texts]


def released() -> list[str]:
    """The lines of the released files."""
    with tarfile.open(RELEASED) as archive:
        files = (archive.extractfile(member) for member in archive)
        return [line for file in files if file is not None for line in file.read().decode().split("\n") if line.strip()]


def main() -> None:
    """Print the rates, and what was not read."""
    for wording in WORDINGS:
        print_claim(f"captions read a second, {wording} wording", rate(written(wording)), TARGET, at_least=True)
    if not RELEASED.is_file():
        print("the released captions are not on this machine")
        return
    lines = released()
    print_claim("released captions read a second", rate(lines[:30_000]), TARGET, at_least=True)
    readings = [read_caption(line) for line in lines]
    whole = sum(not reading.residue for reading in readings)
    print_claim(
        f"per cent of {len(lines):,} released captions read whole", 100 * whole / len(lines), 99.5, at_least=True
    )
    pairs = list(zip(lines, readings, strict=True))
    print(
        "unread:", Counter(line[start:end] for line, reading in pairs for start, end in reading.residue).most_common()
    )
    print("broken sentences:", Counter(slip.what for reading in readings for slip in reading.slips).most_common())


if __name__ == "__main__":
    main()
