"""How long a caption is to CLIP, whose text encoder reads 77 tokens and drops the rest without a word.

The tokens are counted exactly as the published tokenizer cuts them (byte pairs, ``resources/clip``), only that it
repairs broken encodings first, with a library that is not needed for captions that are none.
"""

from __future__ import annotations

import gzip
import html
from functools import cache, lru_cache
from itertools import pairwise

import regex

from app.generation.word_table import WordTable
from app.paths import resource

CONTEXT = 77
"""Tokens that CLIP reads, the two that mark begin and end among them."""
_MARKS = 2
_MOST_LETTERS = 5_000
"""Letters of a caption that are counted: far more than CLIP sees."""
_LONGEST_WORD = 500
"""Letters that are merged together, which takes their square in time; what is longer is no word, and cut."""
_PIECE = regex.compile(
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE
)
_END = "</w>"


def clip_tokens(text: str) -> int:
    """How many tokens the caption is, begin and end included: what is beyond ``CONTEXT`` is not seen.

    Of captions of more than 5,000 letters only these are counted.
    """
    cleaned = html.unescape(html.unescape(text)).strip().lower()
    tokens, letters = _MARKS, 0
    for match in _PIECE.finditer(cleaned):
        piece = match[0][: _MOST_LETTERS - letters]
        letters += len(piece)
        tokens += sum(_tokens_of(piece[at : at + _LONGEST_WORD]) for at in range(0, len(piece), _LONGEST_WORD))
        if letters >= _MOST_LETTERS:
            break
    return tokens


@lru_cache(maxsize=8192)
def _tokens_of(piece: str) -> int:
    if piece in {"<|startoftext|>", "<|endoftext|>"}:
        return 1
    ranks, letters = _ranks(), _letters()
    word = [letters[byte] for byte in piece.encode("utf-8", "replace")]
    word[-1] += _END
    rank_of: dict[tuple[str, str], int | None] = {}
    while len(word) > 1:
        pairs = set(pairwise(word))
        rank_of |= {pair: ranks.get(" ".join(pair)) for pair in pairs if pair not in rank_of}
        known = [(rank, *pair) for pair in pairs if (rank := rank_of[pair]) is not None]
        if not known:
            break
        _, first, second = min(known)
        merged: list[str] = []
        at = 0
        while at < len(word):
            if word[at : at + 2] == [first, second]:
                merged.append(first + second)
                at += 2
            else:
                merged.append(word[at])
                at += 1
        word = merged
    return len(word)


@cache
def _ranks() -> WordTable:
    """The rank of each merge, told as its two parts with a blank between them."""
    with gzip.open(resource("clip", "merges.txt.gz"), "rt", encoding="utf-8", newline="\n") as lines:
        return WordTable((line.rstrip("\n"), rank) for rank, line in enumerate(lines))


@cache
def _letters() -> tuple[str, ...]:
    """A printable letter for each byte, as GPT-2 has them: itself, or one from 256 on."""
    printable = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)}
    spare = iter(range(256, 512))
    return tuple(chr(byte) if byte in printable else chr(next(spare)) for byte in range(256))
