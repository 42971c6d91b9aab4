"""``facewright export``: a selection in another layout; ``facewright formats``: what there is to read and to write.

The flags of a format are made from its options dataclass, so that a format which is added has them at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli import selection
from app.cli.status import DONE, FINDINGS
from app.cli.terminal import Output, counted, plain, table
from app.faces.errors import ExportError, FaceDataError
from app.faces.sample import Modality
from app.formats.exporting.options import Choice, Kind, choices_of, from_json, parsed
from app.formats.exporting.protocol import ExportFormat
from app.formats.exporting.registry import export_format, export_formats
from app.workbench.splitting import SplitOptions

if TYPE_CHECKING:
    from app.workbench.exporting import ExportPlan

_OPTION, _SPLIT_OPTION = "option_", "split_option_"
_MOST_PATHS = 12


def add_flags(parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """The flags of the job, of new splits, and of the format that ``words`` name."""
    formats = export_formats()
    name = _named_format(words)
    parser.add_argument(
        "--format",
        metavar="NAME",
        required=True,
        choices=[each.name for each in formats],
        help=f"one of {', '.join(each.name for each in formats)}; with --help its own options are listed as well",
    )
    parser.add_argument("--renumber", action="store_true", help="name the samples 0, 1, 2 …; renamed.csv tells the ids")
    parser.add_argument("--overwrite", action="store_true", help="replace OUT where it is not empty")
    parser.add_argument(
        "--no-resume", action="store_true", help="begin anew after an interruption, and keep nothing when interrupted"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing; tell what would be written and lost")
    splits = parser.add_argument_group("splits")
    for choice in choices_of(SplitOptions):
        flag = "--splits" if choice.name == "mode" else f"--split-{_dashed(choice.name)}"
        _add_flag(splits, flag, _SPLIT_OPTION, choice)
    for each in formats:
        if each.name == name:
            _add_format_flags(parser, each)


def export(arguments: argparse.Namespace, output: Output) -> int:
    """Write the samples. Status 1 when something of them could not be written; each is named."""
    from app.workbench.exporting import (
        ExportRequest,
        check_target,
        discard_partial,
        plan_export,
        run_export,
        unsaved_note,
    )
    from app.workbench.exporting.report import PLURALS
    from app.workbench.open import open_document

    target: Path = arguments.output
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        chosen = export_format(arguments.format)
        request = ExportRequest(
            store=document.store,
            format=chosen.name,
            target=target,
            ids=selection.selected(arguments, document.store, output.progress("index")),
            options=from_json(chosen.options, _given(arguments, _OPTION)),
            splits=from_json(SplitOptions, _given(arguments, _SPLIT_OPTION)),
            renumber=arguments.renumber,
            overwrite=arguments.overwrite,
            notes=unsaved_note(len(document.recovered())),
        )
        plan = plan_export(request, output.progress("compare photos"))
        if arguments.dry_run:
            check_target(plan)
            return _dry_run(plan, output)
        try:
            report = run_export(plan, output.progress("export"), resume=not arguments.no_resume)
        except KeyboardInterrupt:
            output.done()
            if arguments.no_resume:
                discard_partial(target)
            else:
                _tell_kept(target, output)
            raise
        except FaceDataError:
            output.done()
            _tell_kept(target, output)
            raise
    output.done()
    output.answer({"folder": str(report.folder), **report.as_json()}, map(plain, report.lines()))
    for group in report.left_out:
        what = PLURALS[group.modality] if group.modality else "all"
        output.message(f"not written: {what} of {counted(len(group.samples), 'sample')}: {group.why}")
    return DONE if report.is_complete else FINDINGS


def formats(_arguments: argparse.Namespace, output: Output) -> int:
    """Layouts and export formats by name: what of a sample each shows, saves in place, and holds when exported."""
    from app.formats import all_formats

    read = {layout.name: layout for layout in all_formats()}
    written = {each.name: each for each in export_formats()}
    document, rows = [], []
    for name in dict.fromkeys((*read, *written)):
        layout, each = read.get(name), written.get(name)
        told: dict[str, Any] = {
            "name": name,
            "title": layout.title if layout else each.title if each else name,
            "summary": layout.summary if layout else each.summary if each else "",
            "reads": _names(layout.reads if layout else ()),
            "writes": _names(layout.writes if layout else ()),
            "exports": each is not None,
            "holds": _names(each.holds if each else ()),
            "losses": {modality.value: why for modality, why in each.losses.items()} if each else {},
            "extra": each.extra if each else "",
        }
        document.append(told)
        verbs = (("reads", "reads"), ("saves", "writes"), ("exports", "holds"))
        rows.append((name, *(f"{verb} {_briefly(told[key])}" for verb, key in verbs), told["summary"]))
    output.answer(document, table(rows, indent=0))
    return DONE


def _dry_run(plan: ExportPlan, output: Output) -> int:
    from app.workbench.exporting import estimated
    from app.workbench.exporting.report import PLURALS, not_held

    estimate = estimated(plan)
    missing = not_held(plan.format.title, plan.not_held)
    splits = plan.splits.sizes
    document = {
        "dry_run": True,
        "folder": str(plan.request.target),
        "format": plan.format.name,
        "samples": estimate.samples,
        "files": estimate.files,
        "bytes": estimate.size,
        "paths": list(estimate.paths),
        "splits": splits,
        "not_held": missing,
        "losses": {modality.value: why for modality, why in plan.losses.items()},
        "notes": [*plan.notes, *plan.splits.notes],
    }
    size = f"about {counted(estimate.files, 'file')}, {estimate.size / 1e6:,.1f} MB"
    lines = [f"{counted(estimate.samples, 'sample')} as {plan.format.title}: {size}; nothing was written"]
    lines += [f"split {name}: {counted(count, 'sample')}" for name, count in splits.items()]
    lines += [f"{what}: {count:,} would not be written" for what, count in missing.items()]
    lines += [f"would not come back: {PLURALS[modality]}: {why}" for modality, why in plan.losses.items()]
    lines += [*plan.notes, *plan.splits.notes]
    lines += ["for example", *(f"  {path}" for path in estimate.paths[:_MOST_PATHS])]
    output.answer(document, map(plain, lines))
    return DONE


def _tell_kept(target: Path, output: Output) -> None:
    from app.workbench.exporting import partial_folder

    partial = partial_folder(target)
    if (partial / "journal.jsonl").exists():
        output.message(
            f"what is written is kept in {partial.name} beside the target: the same command goes on there,"
            " with --no-resume it begins anew"
        )


def _add_format_flags(parser: argparse.ArgumentParser, each: ExportFormat) -> None:
    group = parser.add_argument_group(f"options of {each.name}")
    for choice in choices_of(each.options):
        flag = f"--{_dashed(choice.name)}"
        taken = parser._option_string_actions
        _add_flag(group, f"--format-{_dashed(choice.name)}" if flag in taken else flag, _OPTION, choice)
    told = [f"{each.title}: {each.summary}.", f"It holds: {', '.join(_names(each.holds))}."]
    told += [f"Of {modality.value}: {why}." for modality, why in each.losses.items()]
    if each.extra:
        told.append(f"It needs: pip install 'facewright[{each.extra}]'.")
    parser.description = "\n".join([parser.description or "", "", *told])


def _add_flag(group: argparse._ArgumentGroup, flag: str, prefix: str, choice: Choice) -> None:
    default = choice.default
    if choice.kind in {Kind.MODALITIES, Kind.LIST}:
        default = ",".join(_names(default) if choice.kind is Kind.MODALITIES else default)
    elif choice.kind is Kind.TICK:
        default = "yes" if default else "no"
    told = choice.help + (f"; one of {', '.join(choice.choices)}" if choice.choices else "")
    if default not in (None, ""):
        told += f" ({default})"
    settings: dict[str, Any] = {
        "dest": prefix + choice.name,
        "default": argparse.SUPPRESS,
        "help": told.replace("%", "%%"),
    }
    if choice.kind is Kind.TICK:
        group.add_argument(flag, action=argparse.BooleanOptionalAction, **settings)
    else:
        text = "FILE" if choice.is_file else "NAME" if choice.choices else "TEXT"
        metavar = {Kind.WHOLE: "N", Kind.NUMBER: "X", Kind.TEXT: text}.get(choice.kind, "A,B")
        group.add_argument(flag, type=_reader(choice), metavar=metavar, **settings)


def _reader(choice: Choice) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return parsed(choice, text)
        except ExportError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def _given(arguments: argparse.Namespace, prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in vars(arguments).items() if name.startswith(prefix)}


def _named_format(words: Sequence[str]) -> str | None:
    for at, word in enumerate(words):
        if word == "--format":
            return words[at + 1] if at + 1 < len(words) else None
        if word.startswith("--format="):
            return word.partition("=")[2]
    return None


def _names(modalities: Iterable[Modality]) -> list[str]:
    held = set(modalities)
    return [modality.value for modality in Modality if modality in held]


def _briefly(names: Sequence[str]) -> str:
    return "all" if len(names) == len(Modality) else ",".join(names) or "-"


def _dashed(name: str) -> str:
    return name.replace("_", "-")
