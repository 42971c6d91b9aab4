"""Which samples a command is about: ``--query``, ``--ids 17,21-25``, ``--ids-file F``, ``--split train``; none: all."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from app.faces.errors import LayoutError, SampleNotFoundError
from app.faces.sample import SampleId
from app.faces.store import SampleStore
from app.jobs import Progress

_LARGEST_FILE = 32 * 1024 * 1024


def selected(
    arguments: argparse.Namespace, store: SampleStore, progress: Progress | None = None
) -> list[SampleId] | None:
    """The samples the options name, in the dataset's order; None when no option narrows it.

    Several options narrow each other. What a search needs to know is read first, telling ``progress``. Raises
    SampleNotFoundError for an id the dataset lacks, LayoutError for a split it does not define, QueryError.
    """
    wanted: set[str] | None = None
    query = getattr(arguments, "query", None)
    if isinstance(query, str):  # ``search`` has its own, in several words
        from app.workbench.searching import find

        wanted = set(find(store, query.strip(), progress=progress).ids)
    for words in (arguments.ids, _words_of(arguments.ids_file)):
        if words is not None:
            ids: set[str] = set(expanded(words, store.sample_ids))
            wanted = ids if wanted is None else wanted & ids
    if arguments.split is not None:
        if arguments.split not in store.splits:
            known = ", ".join(store.splits) or "none"
            raise LayoutError(f"the dataset has no split {arguments.split!r}; it defines: {known}")
        members: set[str] = set(store.splits[arguments.split])
        wanted = members if wanted is None else wanted & members
    return None if wanted is None else [sample for sample in store.sample_ids if sample in wanted]


def expanded(text: str, known: Iterable[str]) -> list[str]:
    """The ids that ``17,21-25`` names. A range takes what there is between its ends; a single id must be there."""
    ids = list(known)
    present = set(ids)
    named: list[str] = []
    for word in text.replace(",", " ").split():
        low, dash, high = word.partition("-")
        if word in present:
            named.append(word)
        elif dash and low.isdecimal() and high.isdecimal() and low.isascii() and high.isascii():
            between = [sample for sample in ids if sample.isdecimal() and int(low) <= int(sample) <= int(high)]
            if not between:
                raise SampleNotFoundError(f"the dataset has no sample from {low} to {high}")
            named += between
        else:
            raise SampleNotFoundError(f"the dataset has no sample {word!r}")
    return named


def _words_of(file: Path | None) -> str | None:
    if file is None:
        return None
    if file.stat().st_size > _LARGEST_FILE:
        raise LayoutError(f"{file} is far larger than any list of ids; name a text file with one id a line")
    return file.read_text(encoding="utf-8", errors="replace")
