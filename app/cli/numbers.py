"""Numbers on the command line: each is checked as it is read, and told what it may be."""

from __future__ import annotations

import argparse


def count(text: str) -> int:
    """A whole number from 1. Raises ArgumentTypeError."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is no number from 1")
    return int(text)


def fraction(text: str) -> float:
    """A number from 0 to 1. Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 to 1")
    return value
