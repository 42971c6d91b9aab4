"""Memory that nobody uses any more, given back to the system."""

from __future__ import annotations

import ctypes
import linecache
import sys


def forget_sources() -> None:
    """Drop the text of all modules: PySide6 looks into it at every import (``feature.py``) and leaves 12 MB there."""
    linecache.clearcache()


def give_back() -> None:
    """Hand the holes that pictures left behind back, where the C library keeps them (glibc: 40 MB after browsing)."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
