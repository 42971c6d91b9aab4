"""``facewright sketch``: sketches from photos, for a dataset or for one picture."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.cli import selection
from app.cli.numbers import fraction
from app.cli.status import DONE, FINDINGS, USAGE
from app.cli.terminal import Output, counted, plain
from app.generation.sketch.linemap import PRESETS
from app.generation.sketch.methods import ByLineMap, ByNetwork, ByPhotocopy, Method
from app.generation.sketch.photocopy import GEGL_DEFAULTS, GIMP_DEFAULTS

METHODS = ("linemap", "photocopy", "onnx")
RAMPS = {"gimp": GIMP_DEFAULTS, "gegl": GEGL_DEFAULTS}
_LARGEST = 4096
KEYS = """

JSON for a dataset: method, preset, drawn[] (sample ids), unchanged[] (had the very same sketch), kept[] (left alone by
--only-missing), skipped[{sample, why}], seconds. For one picture: output, width, height.
facewright sketch NETWORK.t7 NETWORK.onnx converts the published Torch7 file, for those who have it.
What is replaced is kept: facewright restore DATASET brings it back. A run that was stopped goes on with --only-missing.
Line maps and the photocopy filter stand in for the network of the released sketches, which is not included."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``sketch`` takes besides layout and selection."""
    parser.epilog = (parser.epilog or "") + KEYS
    parser.add_argument("dataset", metavar="DATASET|IN.jpg", type=Path, help="a dataset's folder, or one photo")
    parser.add_argument(
        "output", metavar="OUT.png", type=Path, nargs="?", help="one photo's sketch: .png, .jpg, or .svg of strokes"
    )
    parser.add_argument("--method", choices=METHODS, default="linemap", help="how to draw (linemap)")
    names = ", ".join(preset.name for preset in PRESETS)
    parser.add_argument(
        "--preset", metavar="NAME", help=f"linemap: {names} (released); photocopy: {', '.join(RAMPS)} (gimp)"
    )
    parser.add_argument("--model", metavar="FILE.onnx", type=Path, help="onnx: your network, FILE.json beside it")
    parser.add_argument("--detail", metavar="0…1", type=fraction, help="linemap: how faint a line is drawn")
    parser.add_argument("--size", metavar="N", type=_side, help="the longer side in pixels; else as the sketches there")
    parser.add_argument("--only-missing", action="store_true", help="leave samples alone that have a sketch")
    parser.add_argument("--workers", metavar="N", type=_side, help="processes (one per core)")


def sketch(arguments: argparse.Namespace, output: Output) -> int:
    """Draw. Status 1 when a sample was skipped; each is named."""
    method = _method(arguments, output)
    if method is None:
        return USAGE
    if arguments.output is not None or arguments.dataset.is_file():
        return _one(arguments, output, method)
    return _many(arguments, output, method)


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
    height, width = sketch_file(arguments.dataset, arguments.output, method, size=arguments.size)
    told = {"output": str(arguments.output), "width": width, "height": height}
    output.answer(told, [plain(f"{arguments.output}: {width}×{height}")])
    return DONE


def _many(arguments: argparse.Namespace, output: Output, method: Method) -> int:
    from app.workbench.open import open_document
    from app.workbench.sketching import sketch_samples

    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        report = sketch_samples(
            document,
            method,
            ids=selection.selected(arguments, document.store, output.progress("index")),
            only_missing=arguments.only_missing,
            size=arguments.size,
            workers=arguments.workers,
            progress=output.progress("sketch"),
        )
    output.done()
    told = {
        "method": arguments.method,
        "preset": arguments.preset,
        "drawn": report.changed,
        "unchanged": report.unchanged,
        "kept": report.kept,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
        "seconds": round(report.seconds, 3),
    }
    lines = [f"{counted(len(report.changed), 'sketch').replace('sketchs', 'sketches')} drawn"]
    if report.unchanged:
        lines.append(f"  {len(report.unchanged):,} were there already, the very same")
    if report.kept:
        lines.append(f"  {len(report.kept):,} left alone: there is a sketch")
    output.answer(told, lines)
    for sample, why in report.skipped.items():
        output.message(f"left out: sample {sample}: {why}")
    return FINDINGS if report.skipped else DONE


def _method(arguments: argparse.Namespace, output: Output) -> Method | None:
    """The method the options name; None, and a word why, where they do not fit each other."""
    preset, name = arguments.preset, arguments.method
    allowed = {"linemap": [p.name for p in PRESETS], "photocopy": list(RAMPS), "onnx": []}[name]
    if preset is not None and preset not in allowed:
        output.message(f"{name} has no preset {preset!r}; it has {', '.join(allowed) or 'none'}")
        return None
    if (name == "onnx") != (arguments.model is not None):
        output.message("--method onnx and --model FILE.onnx belong together")
        return None
    if arguments.detail is not None and name != "linemap":
        output.message("--detail is a line map's")
        return None
    if name == "onnx":
        return ByNetwork(arguments.model)
    if name == "photocopy":
        return ByPhotocopy(RAMPS[preset or "gimp"])
    options = next(p.options for p in PRESETS if p.name == (preset or PRESETS[0].name))
    return ByLineMap(options if arguments.detail is None else replace(options, detail=arguments.detail))


def _side(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _LARGEST:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to {_LARGEST:,}")
    return int(text)
