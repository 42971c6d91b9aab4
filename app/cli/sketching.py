"""``facewright sketch``: sketches from photos, for a dataset or for one picture."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from app.cli import selection
from app.cli.numbers import fraction
from app.cli.status import DONE, FINDINGS, USAGE
from app.cli.terminal import Output, counted, plain
from app.faces.errors import InvalidEditError
from app.faces.sample import Modality
from app.generation.sketch.methods import METHODS, Method, method_of, presets_of

_LARGEST = 4096
_OF_DATASETS = ("all", "only_missing", "dry_run", "workers", "layout", "scheme", "query", "ids", "ids_file", "split")
KEYS = """

JSON for a dataset: dry_run, method, preset, drawn[] (sample ids), replaced[] (those of them that had another sketch),
unchanged[] (had the very same sketch), kept[] (left alone, for they have one), skipped[{sample, why}], seconds. For one
picture: output, width, height, notices[].
facewright sketch NETWORK.t7 NETWORK.onnx converts the published Torch7 file, for those who have it.
facewright undo DATASET takes a run back as a whole; what was replaced is kept, and facewright restore DATASET brings it
back at any time. A run that was stopped goes on where it was when it is begun again without --all.
Line maps and the photocopy filter stand in for the network of the released sketches, which is not included."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``sketch`` takes besides layout and selection."""
    parser.epilog = (parser.epilog or "") + KEYS
    parser.add_argument("dataset", metavar="DATASET|IN.jpg", type=Path, help="a dataset's folder, or one photo")
    parser.add_argument(
        "output", metavar="OUT.png", type=Path, nargs="?", help="one photo's sketch: .png, .jpg, or .svg of strokes"
    )
    parser.add_argument("--method", choices=METHODS, default="linemap", help="how to draw (linemap)")
    lines, copies = (", ".join(presets_of(name)) for name in ("linemap", "photocopy"))
    parser.add_argument("--preset", metavar="NAME", help=f"linemap: {lines} (released); photocopy: {copies} (gimp)")
    parser.add_argument("--model", metavar="FILE.onnx", type=Path, help="onnx: your network, FILE.json beside it")
    parser.add_argument("--detail", metavar="0…1", type=fraction, help="linemap: how faint a line is drawn")
    parser.add_argument("--size", metavar="N", type=_side, help="the longer side in pixels; else as the sketches there")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="replace the sketches that are there, too")
    which.add_argument("--only-missing", action="store_true", help="leave samples alone that have a sketch (default)")
    parser.add_argument("--dry-run", action="store_true", help="change nothing; tell what would be drawn and replaced")
    parser.add_argument("--workers", metavar="N", type=_side, help="processes (one per core)")


def sketch(arguments: argparse.Namespace, output: Output) -> int:
    """Draw. Status 1 when a sample was skipped; each is named."""
    try:
        method = method_of(arguments.method, preset=arguments.preset, model=arguments.model, detail=arguments.detail)
    except InvalidEditError as error:
        output.message(str(error))
        return USAGE
    if arguments.output is None and not arguments.dataset.is_file():
        return _many(arguments, output, method)
    if arguments.dataset.is_dir():
        output.message(f"{arguments.dataset} is a folder: its sketches go into it; leave {arguments.output} out")
        return USAGE
    foreign = [f"--{name.replace('_', '-')}" for name in _OF_DATASETS if getattr(arguments, name, None)]
    if foreign:
        output.message(f"{', '.join(foreign)}: for a dataset only, and {arguments.dataset} is one photo")
        return USAGE
    return _one(arguments, output, method)


def _one(arguments: argparse.Namespace, output: Output, method: Method) -> int:
    from app.workbench.sketching import sketch_file

    if arguments.output is None:
        output.message(f"{arguments.dataset} is a file; say where its sketch goes: facewright sketch IN.jpg OUT.png")
        return USAGE
    if arguments.dataset.suffix.lower() == ".t7" and arguments.output.suffix.lower() == ".onnx":
        from app.generation.sketch.torch7 import convert_torch7

        count = convert_torch7(arguments.dataset, arguments.output)
        output.answer({"output": str(arguments.output), "parameters": count}, [f"{count:,} parameters converted"])
        return DONE
    drawn = sketch_file(arguments.dataset, arguments.output, method, size=arguments.size)
    height, width = drawn.shape
    told = {"output": str(arguments.output), "width": width, "height": height, "notices": list(drawn.notices)}
    output.answer(told, [plain(f"{arguments.output}: {width}×{height}")])
    for notice in drawn.notices:
        output.message(f"{arguments.dataset.name}: {notice}")
    if method.needs_mask:
        output.message("one photo has no mask to guide it: all of it was drawn alike")
    return DONE


def _many(arguments: argparse.Namespace, output: Output, method: Method) -> int:
    from app.workbench.open import open_document
    from app.workbench.sketching import plan_sketches, sketch_samples

    dry_run, only_missing = arguments.dry_run, not arguments.all
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        ids = selection.selected(arguments, document.store, output.progress("index"))
        had = {sample for sample in document.store.sample_ids if document.store.has(sample, Modality.SKETCH)}
        if dry_run:
            report = plan_sketches(document, ids=ids, only_missing=only_missing)
        else:
            report = sketch_samples(
                document,
                method,
                ids=ids,
                only_missing=only_missing,
                size=arguments.size,
                workers=arguments.workers,
                progress=output.progress("sketch"),
            )
    output.done()
    replaced = [sample for sample in report.changed if sample in had]
    told = {
        "dry_run": dry_run,
        "method": arguments.method,
        "preset": arguments.preset,
        "drawn": report.changed,
        "replaced": replaced,
        "unchanged": report.unchanged,
        "kept": report.kept,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
        "seconds": round(report.seconds, 3),
    }
    instead = f", {len(replaced):,} of them instead of one that is there" if replaced and dry_run else ""
    instead = f", {len(replaced):,} of them instead of one that was there" if replaced and not dry_run else instead
    lines = [f"{counted(len(report.changed), 'sketch', 'sketches')} {'would be ' if dry_run else ''}drawn{instead}"]
    if report.unchanged:
        lines.append(f"  {len(report.unchanged):,} were there already, the very same")
    if report.kept:
        lines.append(f"  {len(report.kept):,} left alone: there is a sketch (--all replaces it)")
    output.answer(told, lines)
    for sample, why in report.skipped.items():
        output.message(f"left out: sample {sample}: {why}")
    return FINDINGS if report.skipped else DONE


def _side(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _LARGEST:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to {_LARGEST:,}")
    return int(text)
