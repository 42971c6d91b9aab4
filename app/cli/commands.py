"""What each command does: ask a job of the workbench, then say the answer in words or as JSON."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping

from app.cli import rescue, searching
from app.cli.status import DONE, FINDINGS, USAGE, WrongUsageError
from app.cli.terminal import Output, plain, table
from app.faces.classes import CLASS_BY_NAME, SCHEMES
from app.faces.errors import QueryError
from app.faces.sample import SampleId
from app.faces.store import SampleStore

_FIGURES = re.compile(r"\d[\d,]*")
_MOST_ALIKE = 3


def run(arguments: argparse.Namespace) -> int:
    """Run a parsed command; its exit status."""
    output = Output(as_json=arguments.json, quiet=arguments.quiet)
    try:
        return HANDLERS[arguments.command](arguments, output)
    except QueryError as error:
        output.done()
        searching.tell_query_error(searching.text_of(arguments), error)
        return USAGE
    except WrongUsageError as error:
        print(f"facewright: {plain(str(error))}", file=sys.stderr)
        return USAGE
    finally:
        output.done()


def info(arguments: argparse.Namespace, output: Output) -> int:
    """Counts of a dataset, with ``--complete`` those of the released set beside them; warnings make the status 1."""
    from app.formats import detect
    from app.workbench.describe import describe_dataset

    store = _store(arguments)
    described = describe_dataset(store, output.progress("read index masks"))
    output.done()
    why = [d for d in detect(arguments.dataset) if d.layout == described.layout]
    reasons = [reason for detection in why for reason in detection.reasons]
    document = described.as_json()
    lines = list(_info_lines(document, reasons, arguments))
    is_complete = True
    if arguments.complete:
        from app.cli import completeness

        compared = completeness.compare(store, described, arguments, output)
        is_complete = compared.is_complete
        document["complete"] = compared.as_json()
        lines += completeness.lines(compared)
    output.answer(document, lines)
    for warning in _each_kind(described.warnings):
        output.message(f"warning: {warning}")
    return DONE if is_complete and not described.warnings else FINDINGS


def _each_kind(warnings: Iterable[str]) -> Iterable[str]:
    """The first warnings of each kind, and how many there are more: 30,000 masks may have the same flaw."""
    kinds: dict[str, list[str]] = {}
    for warning in warnings:
        kinds.setdefault(_FIGURES.sub("0", warning.partition(": ")[2] or warning), []).append(warning)
    for alike in kinds.values():
        yield from alike[:_MOST_ALIKE]
        if len(alike) > _MOST_ALIKE:
            yield f"{len(alike) - _MOST_ALIKE:,} more like the last one; --json lists them all"


def _info_lines(document: dict[str, object], reasons: list[str], arguments: argparse.Namespace) -> Iterable[str]:
    yield f"layout       {document['layout']}" + (" (as told)" if arguments.layout else "")
    yield from (f"             {plain(reason)}" for reason in reasons)
    yield f"scheme       {document['scheme']}"
    yield f"paint order  {' '.join(_strings(document['paint_order']))}"
    yield f"samples      {document['samples']:,}"
    for title, key in (("modalities", "modalities"), ("samples per class", "classes"), ("splits", "splits")):
        counts = document[key]
        assert isinstance(counts, dict)
        yield title
        yield from table((name, f"{count:,}") for name, count in counts.items()) or ["  none"]


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _worded(fact: object) -> str:
    """``{left_eye: [69, 109], …}`` as ``left_eye 69,109 …``."""
    if isinstance(fact, Mapping):
        return ", ".join(f"{name} {_worded(value)}" for name, value in fact.items())
    return " ".join(map(str, fact)) if isinstance(fact, list) else str(fact)


def show(arguments: argparse.Namespace, output: Output) -> int:
    """One sample in full; what could not be read is named and makes the status 1."""
    from app.workbench.describe import describe_sample

    described = describe_sample(_store(arguments), SampleId(arguments.id))
    lines = [f"sample {plain(described.id)}", f"photo   {plain(described.photo or 'none')}"]
    if described.mask is None:
        lines.append("mask    none")
    else:
        width, height = described.mask["size"]
        lines.append(f"mask    {width}×{height}, scheme {described.mask['scheme']}")
        areas, seen = described.mask["classes"], described.mask["flattened"]
        rows = [
            (name, CLASS_BY_NAME[name].title, f"{areas[name]:,} px", f"{seen[name]:,} px seen")
            for name in areas
            if areas[name]
        ]
        lines += table(rows)
    lines += [f"sketch  {plain(described.sketch or 'none')}", f"split   {plain(described.split or 'none')}"]
    if described.pose is not None:
        lines.append("pose    " + ", ".join(f"{name} {angle:g}°" for name, angle in described.pose.items()))
    lines += [f"{name}  {plain(_worded(fact))}" for name, fact in described.facts.items()]
    lines.append(f"captions ({len(described.captions)})")
    lines += table((f"{number}", text) for number, text in enumerate(described.captions, start=1))
    by_value = {True: "yes", False: "no", None: "unknown"}
    for value, word in by_value.items():
        names = [name for name, held in described.attributes.items() if held is value]
        if names:
            lines.append(f"attributes {word}: {plain(', '.join(names))}")
    output.answer(described.as_json(), lines)
    for problem in described.problems:
        output.message(f"{problem.modality.value}: {problem.message}")
    return FINDINGS if described.problems else DONE


def render(arguments: argparse.Namespace, output: Output) -> int:
    """The side-by-side picture of one sample."""
    from app.workbench.render import RenderOptions, render_sample, write_png

    options = RenderOptions(
        panels=arguments.panels, safe_palette=arguments.palette == "safe", opacity=arguments.opacity
    )
    picture = render_sample(_store(arguments), SampleId(arguments.id), options)
    write_png(picture, arguments.output)
    document = {"picture": str(arguments.output), "width": picture.width, "height": picture.height}
    output.answer(document, [f"{arguments.output}: {picture.width}×{picture.height}"])
    return DONE


def index(arguments: argparse.Namespace, output: Output) -> int:
    """The catalog, built or refreshed."""
    from app.cli import indexing

    return indexing.index(arguments, output, _store(arguments))


def export(arguments: argparse.Namespace, output: Output) -> int:
    """Samples in another layout."""
    from app.cli import exporting

    return exporting.export(arguments, output)


def sketch(arguments: argparse.Namespace, output: Output) -> int:
    """Sketches from photos."""
    from app.cli import sketching

    return sketching.sketch(arguments, output)


def patch(arguments: argparse.Namespace, output: Output) -> int:
    """Corrections from one copy to another."""
    from app.cli import patching

    return patching.patch(arguments, output)


def attributes(arguments: argparse.Namespace, output: Output) -> int:
    """Attributes of many samples."""
    from app.cli import attributes as setting

    return setting.attributes(arguments, output)


def captions(arguments: argparse.Namespace, output: Output) -> int:
    """Captions of many samples."""
    from app.cli import captions as verbs

    return verbs.captions(arguments, output)


def check(arguments: argparse.Namespace, output: Output) -> int:
    """What is wrong with samples."""
    from app.cli import checking

    return checking.check(arguments, output)


def checks(arguments: argparse.Namespace, output: Output) -> int:
    """What is looked for."""
    from app.cli import checking

    return checking.checks(arguments, output)


def grammar(arguments: argparse.Namespace, output: Output) -> int:
    """What captions are written with."""
    from app.cli import caption_writing

    return caption_writing.grammar(arguments, output)


def sources(arguments: argparse.Namespace, output: Output) -> int:
    """Where the datasets are kept."""
    from app.cli import sources as places

    return places.show_sources(arguments, output)


def fetch(arguments: argparse.Namespace, output: Output) -> int:
    """CelebAMask-HQ by an official client."""
    from app.cli import fetching

    return fetching.fetch_dataset(arguments, output)


def formats(arguments: argparse.Namespace, output: Output) -> int:
    """What can be read and written."""
    from app.cli import exporting

    return exporting.formats(arguments, output)


def schemes(_arguments: argparse.Namespace, output: Output) -> int:
    """The class-id tables, one line each; the JSON has the classes in the order of their ids."""
    document = [{"name": scheme.name, "title": scheme.title, "order": list(scheme.order)} for scheme in SCHEMES]
    output.answer(document, table(((scheme.name, scheme.title) for scheme in SCHEMES), indent=0))
    return DONE


def _store(arguments: argparse.Namespace) -> SampleStore:
    from app.formats import open_store

    return open_store(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)


HANDLERS: dict[str, Callable[[argparse.Namespace, Output], int]] = {
    "info": info,
    "show": show,
    "search": searching.search,
    "index": index,
    "render": render,
    "export": export,
    "patch": patch,
    "sketch": sketch,
    "captions": captions,
    "attributes": attributes,
    "check": check,
    "checks": checks,
    "grammar": grammar,
    "sources": sources,
    "fetch": fetch,
    "formats": formats,
    "schemes": schemes,
    "recover": rescue.recover,
    "undo": rescue.undo,
    "restore": rescue.restore,
    "verify": rescue.verify,
}
