"""Memory that nobody uses: not taken in the first place, or given back to the system."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable

_ARENA_MAX = -8
"""``M_ARENA_MAX`` of glibc's ``malloc.h``."""
_ARENAS = 2


def leave_sources_unread() -> None:
    """Keep PySide6 from reading the text of every module at its import, which costs 13 MB and a fortieth of a second.

    Its ``feature.py`` looks whether ``PySide6`` is in there, for snake-case spellings that nobody here asks for. What
    it read so far is forgotten.
    """
    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        setattr(feature, "_mod_uses_pyside", lambda _module: False)  # noqa: B010 - the module has no types
        linecache.clearcache()


def share_arenas() -> None:
    """Let all threads take memory from two places rather than one each: the holes in them add up (15 MB).

    Two, so that the main thread seldom waits for those that decode.
    """
    choose = _from_c_library("mallopt")
    if choose is not None:
        choose(_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Hand the holes that pictures left behind back, where the C library keeps them (glibc: 40 MB after browsing)."""
    trim = _from_c_library("malloc_trim")
    if trim is not None:
        trim(0)


def _from_c_library(name: str) -> Callable[..., int] | None:
    """A function of the C library, where it is one that has it: what is said here of memory is said of glibc."""
    import ctypes

    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
