"""Journeys go through the real window; see ``tests/window_desk.py``."""

from __future__ import annotations

from tests.window_desk import dataset, desk, make_desk, own_home

__all__ = ["dataset", "desk", "make_desk", "own_home"]
