"""The console script: window verbs go to ``ui``, everything else to ``cli``; each is imported only when it is meant.

``facewright info`` never loads Qt, and ``facewright open`` has its first paint before numpy is loaded.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from app import cli
from app.cli.display import NO_DISPLAY, has_display, require_display


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    return cli.run_guarded(_run, sys.argv[1:] if argv is None else argv)


def _run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "open":
            require_display()
            from app.ui.app import run

            return run(arguments.dataset, arguments.sample, layout=arguments.layout, scheme=arguments.scheme)
        case "demo" if arguments.offscreen or not has_display():
            return _demo_offscreen(arguments)
        case "demo":
            from app.ui.app import run_demo

            return run_demo(arguments.folder)
        case "keys":
            return _tell_keys(arguments)
        case _:
            return cli.run(arguments)


def _tell_keys(arguments: argparse.Namespace) -> int:
    from app import paths
    from app.cli.window_verbs import KeyRow, tell_keys
    from app.ui.actions import TABLE
    from app.ui.keys.keymap import Keymap, load_keymap

    own = arguments.preset == "mine"
    keys = (load_keymap(paths.config_folder() / "keys.json") if own else Keymap(arguments.preset)).keys()
    return tell_keys(arguments, [KeyRow(row.id, row.text, row.menu, keys[row.id]) for row in TABLE])


def _demo_offscreen(arguments: argparse.Namespace) -> int:
    from app.cli.window_verbs import make_demo, tell_tour, teller

    if not arguments.offscreen:
        teller(arguments)(f"{NO_DISPLAY}; doing the same job offscreen")
    folder = make_demo(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.ui.offscreen_tour import run_tour

    told = run_tour(folder, folder.with_name(f"{folder.name}-tour"), teller(arguments))
    return tell_tour(arguments, sample=told.sample, changed=told.changed, before=told.before, after=told.after)


if __name__ == "__main__":
    sys.exit(main())
