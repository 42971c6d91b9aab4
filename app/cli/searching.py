"""The ``search`` command: which samples a search finds, and why; and how any command shows a search that is none."""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from app.cli import selection
from app.cli.status import DONE, FINDINGS
from app.cli.terminal import Output, counted, plain
from app.faces.errors import QueryError
from app.faces.sample import SampleId

if TYPE_CHECKING:
    from app.catalog.query import Explainer, Reason

_MOST_CAPTIONS = 3
"""As many captions show for one term; a sample has ten that say nearly the same."""
_AROUND = 60
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def search(arguments: argparse.Namespace, output: Output) -> int:
    """The samples found, in order, with their reasons. Status 1 when some could not be judged."""
    from app.catalog.query import Explainer, parse
    from app.catalog.query import search as searched
    from app.workbench.open import open_with_catalog
    from app.workbench.searching import prepare

    text = text_of(arguments)
    query = parse(text)
    with closing(open_with_catalog(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as opened:
        catalog, store = opened.catalog, opened.document.store
        chosen = selection.selected(arguments, store)
        problems = prepare(catalog, store, query, document=opened.document, progress=output.progress("index"))
        output.done()
        hits = searched(catalog, query)
        ids: Iterable[SampleId] = hits.ids
        if chosen is not None:
            among = set(chosen)
            ids = [sample for sample in ids if sample in among]
        found = list(ids)
        shown = found[: arguments.limit]
        explainer = Explainer(catalog, query)
        document: dict[str, Any] = {"query": text, "total": len(found), "unknown": hits.unknown}
        if arguments.ids_only:
            document["samples"] = [{"id": sample} for sample in shown]
            output.answer(document, map(plain, shown))
        elif arguments.json:
            document["samples"] = [
                {"id": sample, "why": [_as_json(reason) for reason in explainer.reasons(sample)]} for sample in shown
            ]
            output.answer(document, ())
        else:
            output.answer(None, _lines(shown, explainer))
        for notice in (*catalog.notices, *hits.notes):
            output.message(notice)
    for problem in problems:
        output.message(f"sample {problem.sample}: {problem.message}")
    if not arguments.json:
        rest = f", the first {len(shown):,} shown" if len(shown) < len(found) else ""
        output.message(f"{len(found):,} of {counted(len(store.sample_ids), 'sample')}{rest}")
    if hits.unknown:
        output.message(f"{counted(hits.unknown, 'sample')} could not be judged: what decides cannot be read")
    return FINDINGS if hits.unknown else DONE


def text_of(arguments: argparse.Namespace) -> str:
    """The search on the command line; words that the shell has parted are together again."""
    query: str | list[str] | None = getattr(arguments, "query", None)
    return " ".join(word.strip() for word in query) if isinstance(query, list) else (query or "").strip()


def tell_query_error(text: str, error: QueryError) -> None:
    """What is wrong with a search, on stderr, with a mark under the characters that are to blame."""
    print(f"facewright: {plain(str(error))}", file=sys.stderr)
    start, end = min(error.start, len(text)), min(error.end, len(text))
    first = max(0, start - _AROUND)
    last = min(len(text), max(end, start + 1), start + _AROUND)
    before, blamed, after = text[first:start], text[start:last], text[last : last + _AROUND]
    print(f"  {plain(before)}{plain(blamed)}{plain(after)}", file=sys.stderr)
    print(f"  {' ' * _width(plain(before))}{'^' * max(1, _width(plain(blamed)))}", file=sys.stderr)


def _lines(samples: Iterable[SampleId], explainer: Explainer) -> Iterator[str]:
    for sample in samples:
        yield plain(sample)
        by_term: dict[str, list[Reason]] = {}
        for reason in explainer.reasons(sample):
            by_term.setdefault(reason.term, []).append(reason)
        for term, reasons in by_term.items():
            for reason in reasons[:_MOST_CAPTIONS]:
                where = "" if reason.caption is None else f"caption {reason.caption + 1}: "
                yield f"  {where}{_marked(reason)}"
            if len(reasons) > _MOST_CAPTIONS:
                yield f"  and {counted(len(reasons) - _MOST_CAPTIONS, 'more caption')} with {plain(term)}"


def _marked(reason: Reason) -> str:
    """The reason with what matched in bold on a terminal, in brackets elsewhere; a note of several lines as one."""
    on, off = (_BOLD, _PLAIN) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ("[", "]")
    text, at, parts = reason.text, 0, []
    for start, end in reason.spans:
        if start >= at:
            parts += [plain(text[at:start]), on, plain(text[start:end]), off]
            at = end
    return "".join([*parts, plain(text[at:])])


def _as_json(reason: Reason) -> dict[str, Any]:
    told: dict[str, Any] = {"term": reason.term, "text": reason.text}
    if reason.caption is not None:
        told["caption"] = reason.caption
    if reason.spans:
        told["spans"] = [list(span) for span in reason.spans]
    return told


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
