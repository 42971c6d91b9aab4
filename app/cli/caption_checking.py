"""``facewright captions DATASET check``: what is wrong with captions, alone and against attributes and masks."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.checking import add_choice, look
from app.cli.terminal import Output
from app.faces.sample import Modality
from app.generation.own_grammar import open_grammar
from app.inspection.registry import all_checks

WHAT = "say what is wrong with captions, alone, among themselves and against attributes and masks"
EXAMPLE = "captions ~/CelebAMask-HQ check --masks --ids 17,21-25"
_MASKS = "\n\nChecks against masks are made with --masks or when they are named."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``check`` takes besides layout and selection."""
    add_choice(parser, {check.name: check for check in all_checks() if Modality.CAPTIONS in check.needs})
    parser.epilog = (parser.epilog or "") + _MASKS
    parser.add_argument(
        "--grammar", metavar="FILE", type=Path, help="captions are in the words of a grammar of your own"
    )
    parser.add_argument("--masks", action="store_true", help="also hold captions against masks, which takes longer")


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Look. Status 1 when something was found, or a sample could not be read."""
    of_captions = [check for check in all_checks() if Modality.CAPTIONS in check.needs]
    usual = [check for check in of_captions if arguments.masks or Modality.MASK not in check.needs]
    grammar = open_grammar("clean", arguments.grammar) if arguments.grammar is not None else None
    return look(arguments, output, arguments.checks or usual, grammar)
