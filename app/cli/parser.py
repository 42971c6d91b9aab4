"""The grammar of the command line, and nothing that is slow to import: the window starts through it too."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from app import __version__
from app.cli.numbers import count, fraction
from app.paths import resource

EXIT_CODES = (
    "exit status: 0 done, 1 done with findings or skipped items, 2 wrong usage, 3 could not be done, 130 Ctrl+C"
)
PANELS = ("photo", "overlay", "sketch", "captions")
INFO_KEYS = """

JSON: layout, scheme, paint_order[], samples, modalities{name: samples}, classes{name: samples}, splits{name: samples},
warnings[]; with --complete also complete{is_complete, reference, checked, counts{name: {found, official, missing[],
advice}}, troubles[{kind, what, count, examples[]}], notes[]}. Kinds of trouble: empty, cut, impostor (a web page, a Git
LFS pointer or an archive under the name of the file), unreadable, zip64 (an unpacker stopped after the photos)."""
KEY_PRESETS = ("default", "labelme", "cvat", "photoshop", "mine")
"""The names of ``ui/keys/presets.py``, which this room cannot see (a test compares them), and the user's own keys."""
CAPTION_VERBS = ("generate", "check", "replace", "import")
"""What ``captions`` does; ``cli/captions.py`` knows their modules."""
INDEX_PARTS = ("tables", "captions", "thumbnails", "contents")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, ``command`` among them. No arguments, or a folder alone, mean ``open``. May raise SystemExit."""
    words = list(argv)
    parser, commands = _build(words)
    first = words[0] if words else None
    if first is None or (first not in commands and not first.startswith("-") and Path(first).exists()):
        words.insert(0, "open")
    elif first not in commands and not first.startswith("-"):
        import difflib

        close = difflib.get_close_matches(first, commands, n=1)
        hint = f"did you mean {close[0]}?" if close else "facewright --help lists the commands"
        parser.error(f"there is no command or folder {first!r}; {hint}")
    if first == "captions" and isinstance(why := _folder_first(words), str):
        commands["captions"].error(why)
    arguments, rest = parser.parse_known_args(_with_searches_shielded(words))
    if arguments.command == "search" and not any(word.startswith("-") for word in rest):
        arguments.query += rest  # argparse takes no words of a list behind an option
    elif rest:
        commands[arguments.command].error(f"unrecognized arguments: {' '.join(rest)}")
    return arguments


def _folder_first(words: list[str]) -> str | None:
    """``captions check FOLDER`` is taken for ``captions FOLDER check``; what to type where that cannot be told."""
    verb, *rest = words[1:] or [""]
    if verb not in CAPTION_VERBS or (Path(verb).is_dir() and rest and rest[0] in CAPTION_VERBS):
        return None
    if rest and Path(rest[0]).is_dir():
        words[1:3] = [rest[0], verb]
        return None
    if any(word in ("-h", "--help") for word in rest):
        return None
    import shlex

    folder = next((word for word in rest if Path(word).is_dir()), "DATASET")
    others = [word for word in rest if word != folder]
    return f"the folder comes first: facewright {shlex.join(['captions', folder, verb, *others])}"


def _with_searches_shielded(words: list[str]) -> list[str]:
    """A search may begin with a minus; a blank before it keeps it from being read as an option."""
    shielded = list(words)
    for at, word in enumerate(words[1:], start=1):
        is_search = words[0] == "search" or words[at - 1] == "--query"
        if is_search and word.startswith("-") and not word.startswith("--") and word not in ("-", "-h"):
            shielded[at] = f" {word}"
    return shielded


def _build(words: Sequence[str]) -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(
        prog="facewright",
        description="A workbench for multi-modal face datasets. Without a command the window opens.",
        epilog=f"example: facewright info ~/CelebAMask-HQ\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"facewright {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(
        name: str, what: str, example: str, *, dataset: bool = True, manual: str = ""
    ) -> argparse.ArgumentParser:
        told = f"\n\n{resource(manual).read_text(encoding='utf-8')}" if manual else ""
        made = commands.add_parser(
            name,
            help=what,
            description=f"{what[0].upper()}{what[1:]}.",
            epilog=f"example: facewright {example}\n{EXIT_CODES}{told}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        made.add_argument(
            "--json", action="store_true", help="print one JSON document on stdout and nothing else there"
        )
        made.add_argument("--quiet", action="store_true", help="no progress and no messages on stderr")
        made.add_argument("--debug", action="store_true", help="show the traceback of an error")
        if dataset:
            made.add_argument("dataset", metavar="DATASET", type=Path, help="a dataset's folder")
            _add_layout(made)
        return made

    opening = command("open", "open the window", "open ~/CelebAMask-HQ --sample 17", dataset=False)
    opening.add_argument(
        "dataset", metavar="DATASET", type=Path, nargs="?", help="a dataset's folder; none: start page"
    )
    opening.add_argument("--sample", metavar="ID", help="show this sample first")
    _add_layout(opening)
    if not words:
        return parser, commands.choices  # to make the others takes a tenth of the time until the window is there

    demo = command("demo", "make the demo dataset if it is not there, and open it", "demo ~/faces-demo", dataset=False)
    demo.add_argument("folder", metavar="FOLDER", type=Path, nargs="?", help="where; the user's data folder by default")
    demo.add_argument("--offscreen", action="store_true", help="no window: do the main job and leave pictures of it")

    info = command(
        "info", "tell what is in a dataset: layout and why, counts, splits, what is missing", "info ~/CelebAMask-HQ"
    )
    info.add_argument(
        "--complete",
        action="store_true",
        help="compare with the official counts of the released set; name what is missing, empty, cut or something else",
    )
    info.add_argument(
        "--check-files",
        action="store_true",
        help="with --complete: look at both ends of every file, not small ones only",
    )
    info.epilog = (info.epilog or "") + INFO_KEYS

    show = command("show", "tell everything about one sample", "show ~/CelebAMask-HQ 17 --json")
    show.add_argument("id", metavar="ID", help="a sample id")

    search = command(
        "search",
        "find samples by captions, classes, attributes, areas, review marks",
        "search ~/CelebAMask-HQ 'class:eye_g -attr:Young \"wavy hair\" sort:area(hair) desc'",
        manual="search-language.txt",
    )
    search.add_argument("query", metavar="QUERY", nargs="*", help="what to find, as below; without it every sample")
    search.add_argument("--limit", metavar="N", type=count, help="show the first N only")
    search.add_argument("--ids-only", action="store_true", help="print one id a line and nothing else")
    _add_selection(search, with_query=False)

    index = command("index", "build or refresh what makes a dataset searchable", "index ~/CelebAMask-HQ")
    index.add_argument("--rebuild", action="store_true", help="begin anew, whatever is known already")
    index.add_argument(
        "--parts", metavar="A,B", type=_parts, help=f"only these: {','.join(INDEX_PARTS)} (all); names are always read"
    )

    render = command(
        "render", "draw one sample side by side as a PNG", "render ~/CelebAMask-HQ 17 17.png --panels photo,overlay"
    )
    render.add_argument("id", metavar="ID", help="a sample id")
    render.add_argument("output", metavar="OUT.png", type=Path, help="the picture to write")
    render.add_argument(
        "--panels", metavar="A,B", type=_panels, default=PANELS, help=f"which, in this order: {','.join(PANELS)} (all)"
    )
    render.add_argument(
        "--palette",
        choices=("native", "safe"),
        default="native",
        help="the dataset's colours, or colour-blind-safe ones",
    )
    render.add_argument("--opacity", metavar="0…1", type=fraction, default=0.5, help="of the overlay (0.5)")

    export = command(
        "export",
        "write chosen samples in another layout, with manifest and report",
        "export ~/CelebAMask-HQ ~/smiling --format celebamask-hq --query attr:Smiling",
        dataset=False,
    )
    export.add_argument("dataset", metavar="DATASET", type=Path, help="a dataset's folder")
    export.add_argument("output", metavar="OUT", type=Path, help="the folder to write, outside the dataset")
    _add_layout(export, scheme="--dataset-scheme")
    _add_selection(export)
    if list(words[:1]) == ["export"]:
        from app.cli import exporting  # the formats and their options take a while to import

        exporting.add_flags(export, words)

    sketch = command(
        "sketch",
        "draw sketches from photos, for a dataset or for one picture",
        "sketch ~/CelebAMask-HQ --dry-run",
        dataset=False,
    )
    _add_layout(sketch)
    _add_selection(sketch)
    if list(words[:1]) == ["sketch"]:
        from app.cli import sketching

        sketching.add_arguments(sketch)

    patch = command(
        "patch",
        "share corrections without sharing the data: make a patch of them, apply it to another copy",
        "patch make ~/CelebAMask-HQ corrections.zip",
        dataset=False,
    )
    _add_layout(patch)
    _add_selection(patch)
    if list(words[:1]) == ["patch"]:
        from app.cli import patching

        patching.add_arguments(patch)

    captions = command(
        "captions",
        "write, change or import captions",
        "captions ~/CelebAMask-HQ replace --find he --by she --how grammar --dry-run",
    )
    _add_selection(captions)
    if list(words[:1]) == ["captions"]:
        from app.cli import captions as verbs

        verbs.add_arguments(captions, words)

    attributes = command(
        "attributes", "set attributes of a selection", "attributes ~/CelebAMask-HQ Smiling=yes --ids 17,21-25"
    )
    _add_selection(attributes)
    if list(words[:1]) == ["attributes"]:
        from app.cli import attributes as setting

        setting.add_arguments(attributes)

    check = command(
        "check",
        "say what is wrong with samples: captions, attributes, masks and sketches, each against the others",
        "check ~/CelebAMask-HQ --checks attributes-against-mask --query 'class:hat'",
    )
    _add_selection(check)
    if list(words[:1]) == ["check"]:
        from app.cli import checking

        checking.add_arguments(check)

    grammar = command(
        "grammar",
        "print the grammar captions are written with, to be copied and edited; or try your own",
        "grammar > mine.txt; facewright grammar --grammar mine.txt",
        dataset=False,
    )
    if list(words[:1]) == ["grammar"]:
        from app.cli import caption_writing

        caption_writing.add_grammar(grammar)

    sources = command(
        "sources",
        "tell where the datasets are kept, what each place holds, its terms and citation",
        "sources kaggle",
        dataset=False,
    )
    sources.add_argument("name", metavar="NAME", nargs="?", help="one of them in full; none: all in short")

    fetch = command(
        "fetch",
        "download CelebAMask-HQ with the official client and your own login, unpack it and see whether it is whole",
        "fetch huggingface ~/CelebAMask-HQ",
        dataset=False,
    )
    fetch.add_argument("source", metavar="SOURCE", choices=("kaggle", "huggingface"), help="kaggle or huggingface")
    fetch.add_argument("folder", metavar="FOLDER", type=Path, help="a new folder, or an empty one")
    fetch.add_argument(
        "--accept-terms", action="store_true", help="you have read the terms (facewright sources) and agree"
    )
    fetch.add_argument("--keep-zip", action="store_true", help="keep the archive beside the folder as FOLDER.zip")
    fetch.set_defaults(check_files=False)

    keys = command("keys", "list the window's actions and their keys", "keys --preset cvat --json", dataset=False)
    keys.add_argument(
        "--preset", choices=KEY_PRESETS, default="default", help="which set of keys; mine: as in your window"
    )

    command("formats", "list the layouts and formats that can be read and written", "formats", dataset=False)
    command("checks", "list what is looked for", "checks --json", dataset=False)
    command("schemes", "list the class-id tables", "schemes --json", dataset=False)

    recover = command(
        "recover",
        "finish or drop a save that was interrupted; list the edits that were never saved, save or drop them",
        "recover ~/CelebAMask-HQ --drop --ids 17",
    )
    _add_selection(recover)
    decision = recover.add_mutually_exclusive_group()
    for word, what in (("apply", "save the edits of earlier sessions that never were"), ("drop", "drop them")):
        decision.add_argument(f"--{word}", dest="decision", action="store_const", const=word, help=what)
    command(
        "undo",
        "take the newest edit back and save; an edit of many samples is taken back from all of them",
        "undo ~/CelebAMask-HQ",
    )
    restore = command(
        "restore", "bring original files back; this can be undone itself", "restore ~/CelebAMask-HQ --ids 17,21-25"
    )
    _add_selection(restore)
    restore.add_argument("--file", metavar="PATH", help="only this file (relative to the dataset)")
    command(
        "verify", "check the kept originals, the journal and the edit log by their hashes", "verify ~/CelebAMask-HQ"
    )
    return parser, commands.choices


def _add_layout(parser: argparse.ArgumentParser, scheme: str = "--scheme") -> None:
    parser.add_argument(
        "--layout", metavar="NAME", help="the layout, instead of detecting it (see: facewright formats)"
    )
    parser.add_argument(
        scheme,
        dest="scheme",
        metavar="NAME",
        help="the class-id table of the dataset's index masks, by name (see: facewright schemes) or a JSON file",
    )


def _add_selection(parser: argparse.ArgumentParser, *, with_query: bool = True) -> None:
    group = parser.add_argument_group("which samples (none: all)")
    if with_query:
        group.add_argument("--query", metavar="QUERY", help="those that a search finds (see: facewright search --help)")
    group.add_argument("--ids", metavar="17,21-25", help="sample ids and ranges of them")
    group.add_argument("--ids-file", metavar="FILE", type=Path, help="a text file of ids, one or more a line")
    group.add_argument("--split", metavar="NAME", help="a split that the dataset itself defines")


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    unknown = [part for part in parts if part not in INDEX_PARTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is no part; there are {', '.join(INDEX_PARTS)}")
    return parts


def _panels(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    wrong = [name for name in names if name not in PANELS]
    if wrong or not names:
        raise argparse.ArgumentTypeError(f"no panel {', '.join(wrong) or 'at all'}; there are {', '.join(PANELS)}")
    return names
