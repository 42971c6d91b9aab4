"""``facewright captions DATASET generate``: captions from attributes; ``facewright grammar``: what they are made of."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from app.cli import selection
from app.cli.numbers import fraction
from app.cli.status import DONE, FINDINGS
from app.cli.terminal import Output, counted, plain
from app.generation.grammar_file import WORDINGS, grammar_text
from app.generation.own_grammar import open_grammar
from app.generation.planner import CaptionOptions
from app.workbench.captioning import CaptionReport, CaptionRequest, LineChange, Which, generate_captions
from app.workbench.open import open_document

WHAT = "write captions from attributes, ten different sentences for each sample"
EXAMPLE = "captions ~/CelebAMask-HQ generate --dry-run --ids 17,21-25"
KEYS = """

Every sample's captions follow from its attributes, its id and the seed alone. What the mask shows of glasses, hats,
earrings and necklaces counts more than the attribute. A grammar of your own: facewright grammar > mine.txt, edit it,
and say --grammar mine.txt; sections that the file lacks are the usual ones.

JSON: dry_run, written[{sample, lines[{number, before, after}]}] (null: no such line), lines (how many are new or
other than before), unchanged (samples), conflicts[{sample, what[]}] (attributes that contradict each other, told with
silent), masks[{sample, what[]}] (attributes that the mask contradicts), short[] (samples with fewer captions than ten),
skipped[{sample, why}]."""
_MOST_NAMED = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``generate`` takes besides layout and selection."""
    parser.epilog = (parser.epilog or "") + KEYS
    parser.add_argument(
        "--all", action="store_true", help="replace what is there too; without it only missing and blank lines"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="change nothing; print the captions that would be written"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="other captions for another number (0)")
    add_grammar(parser)
    parser.add_argument(
        "--no-judgements", action="store_true", help="leave out what judges the person, such as attractive and chubby"
    )
    parser.add_argument(
        "--negatives",
        metavar="0…1",
        type=fraction,
        default=0.0,
        help="say what an attribute denies (no glasses, not smiling), each with this chance (0)",
    )
    parser.add_argument("--blurry", action="store_true", help="say of blurry photos that they are")
    parser.add_argument("--no-masks", action="store_true", help="go by the attributes alone, whatever the masks show")


def add_grammar(parser: argparse.ArgumentParser) -> None:
    """Which grammar."""
    parser.add_argument(
        "--wording",
        choices=WORDINGS,
        default="clean",
        help="clean: articles and commas of good English; released: the words of the released captions",
    )
    parser.add_argument("--grammar", metavar="FILE", type=Path, help="a grammar of your own instead")


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Write captions. Status 1 when a sample was left alone or got fewer than ten; each is named."""
    request = CaptionRequest(
        grammar=open_grammar(arguments.wording, arguments.grammar),
        options=CaptionOptions(
            judgements=not arguments.no_judgements, negatives=arguments.negatives, blurry=arguments.blurry
        ),
        which=Which.ALL if arguments.all else Which.MISSING,
        seed=arguments.seed,
        masks=not arguments.no_masks,
    )
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        ids = selection.selected(arguments, document.store, output.progress("index"))
        progress = output.progress("write")
        report = generate_captions(document, request, ids=ids, dry_run=arguments.dry_run, progress=progress)
    output.done()
    output.answer(_document(report), map(plain, _lines(report)))
    for what, found in (
        ("attributes contradict each other", report.conflicts),
        ("masks and attributes disagree", report.verdicts),
    ):
        if found:
            named = ", ".join(list(found)[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
            output.message(f"{what} in {counted(len(found), 'sample')}: {named}; --json tells how")
    for sample in report.short:
        output.message(f"sample {sample}: the grammar has not enough different things to say; there are fewer than ten")
    for sample, why in report.skipped.items():
        output.message(f"left alone: sample {sample}: {why}")
    return FINDINGS if report.skipped or report.short else DONE


def grammar(arguments: argparse.Namespace, output: Output) -> int:
    """The text of a grammar, or whether one's own works."""
    if arguments.grammar is None:
        text = grammar_text(arguments.wording)
        output.answer({"wording": arguments.wording, "grammar": text}, [text])
        return DONE
    checked = open_grammar(arguments.wording, arguments.grammar)
    phrases, rules = len(checked.lexicon.phrases), sum(map(len, checked.rules.values()))
    told = {"wording": arguments.wording, "file": str(arguments.grammar), "phrases": phrases, "rules": rules}
    output.answer(
        told, [f"{plain(arguments.grammar.name)} works: {counted(phrases, 'phrase')}, {counted(rules, 'rule')}"]
    )
    return DONE


def _document(report: CaptionReport) -> dict[str, object]:
    return {
        "dry_run": report.dry_run,
        "written": [{"sample": s, "lines": [_line(change) for change in c]} for s, c in report.written.items()],
        "lines": report.lines,
        "unchanged": report.unchanged,
        "conflicts": [{"sample": sample, "what": list(what)} for sample, what in report.conflicts.items()],
        "masks": [{"sample": s, "what": [str(verdict) for verdict in v]} for s, v in report.verdicts.items()],
        "short": report.short,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
    }


def _line(change: LineChange) -> dict[str, object]:
    return {"number": change.index + 1, "before": change.before, "after": change.after}


def _lines(report: CaptionReport) -> Iterator[str]:
    if report.dry_run:
        for sample, changes in report.written.items():
            yield f"sample {sample}"
            for change in changes:
                sides = (("-", change.before), ("+", change.after))
                yield from (f"{sign} {change.index + 1:>2} {text}" for sign, text in sides if text is not None)
    verb = "would be written" if report.dry_run else "written"
    rest = f", {report.unchanged:,} had all of theirs" if report.unchanged else ""
    yield f"{counted(report.lines, 'caption')} of {counted(len(report.written), 'sample')} {verb}{rest}"
