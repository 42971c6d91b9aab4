"""Fixtures every floor may use. Real samples are licensed for internal research: found by path, never copied here."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

# No test measures time, and on a busy machine making an example takes as long as it takes.
hypothesis.settings.register_profile("shared", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("shared")

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What collecting made lives to the end: no garbage collection need look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """Qt's application, as in the program: no thread but the main one collects cycles that widgets may be in."""
    from app.ui.garbage import collect_on_main_thread

    collect_on_main_thread(qapp)
    return qapp


@pytest.hookimpl(trylast=True)
def pytest_runtest_logfinish() -> None:
    """Once there is an application only its timer collects, and most tests run no event loop."""
    if not gc.isenabled():
        from app.ui.garbage import collect_what_is_due

        collect_what_is_due()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real samples beside the checkout; the test skips, saying so, where it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the licensed real samples (../shared/data) are not on this machine")
    return folder
