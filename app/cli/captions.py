"""``facewright captions DATASET VERB``: one command with several jobs, each a module with its own options."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from types import ModuleType

from app.cli.terminal import Output

VERBS = {
    "generate": "app.cli.caption_writing",
    "check": "app.cli.caption_checking",
    "replace": "app.cli.caption_replacing",
    "import": "app.cli.caption_importing",
}
"""Verb → its module, which has ``WHAT`` and ``EXAMPLE`` for the help, ``add_arguments(parser)`` and ``run``."""


def add_arguments(parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """The verb, and the options of the one that ``words`` name: then ``--help`` tells them."""
    parser.add_argument("verb", metavar="VERB", choices=VERBS, help=f"{', '.join(VERBS)}; with --help its own options")
    verb = next((word for word in words[1:] if word in VERBS), None)
    if verb is None:
        told = "\n".join(f"  {name:<9}{_module(name).WHAT}" for name in VERBS)
        parser.epilog = f"verbs:\n{told}\n\n{parser.epilog}"
        return
    module = _module(verb)
    parser.description = f"{module.WHAT[0].upper()}{module.WHAT[1:]}."
    parser.epilog = (parser.epilog or "").replace(EXAMPLE, module.EXAMPLE)
    module.add_arguments(parser)


EXAMPLE = "captions ~/CelebAMask-HQ replace --find he --by she --how grammar --dry-run"


def captions(arguments: argparse.Namespace, output: Output) -> int:
    """Do what the verb says."""
    run: int = _module(arguments.verb).run(arguments, output)
    return run


def _module(verb: str) -> ModuleType:
    return importlib.import_module(VERBS[verb])
