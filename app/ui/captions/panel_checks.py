"""The checks that captions on screen are held against: those of the house at once, those of packages once loaded.

One that raises something, or keeps the window waiting, is named once and troubles nobody.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.ui.job import Job

if TYPE_CHECKING:
    from app.faces.finding import Finding
    from app.inspection.case import Case
    from app.inspection.check import Check

_PATIENCE_S = 0.5


class PanelChecks(QObject):
    """Asked for one sample at a time, on the window's thread."""

    changed = Signal()
    """There are more checks than before."""
    failed = Signal(str, str)
    """A package's check does not work: its name, and why. Once for each."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._of_packages: tuple[Check, ...] = ()
        self._named: set[str] = set()
        self._job: Job | None = None

    def prepare(self) -> None:
        """Look for the checks of packages, once: what they import may take its time."""
        if self._job is None:
            self._job = Job(lambda _progress: _of_packages(), self)
            self._job.finished.connect(self.use)
            self._job.start()

    def wait(self, timeout_s: float) -> None:
        """Return when nothing is being loaded any more, or after the time."""
        if self._job is not None:
            self._job.wait(timeout_s)

    def use(self, checks: tuple[Check, ...]) -> None:
        """Besides those of the house, these are asked from now on."""
        self._of_packages = checks
        if checks:
            self.changed.emit()

    def findings(self, case: Case) -> tuple[Finding, ...]:
        """What all checks find, the surest first."""
        from app.inspection.check import inspect
        from app.inspection.checks import BUILT_IN

        found = [*inspect(case, BUILT_IN)]
        for check in self._of_packages:
            found += self._asked(check, case)
        return tuple(sorted(found, key=lambda finding: -finding.score))

    def _asked(self, check: Check, case: Case) -> tuple[Finding, ...]:
        from app.workbench.looking import asked

        began = time.monotonic()
        found, why = asked(check, case)
        took = time.monotonic() - began
        if why is None and took > _PATIENCE_S:
            why = self.tr("it takes {count} s for a sample, so “facewright check” alone asks it now.").format(
                count=f"{took:.1f}"
            )
            self._of_packages = tuple(one for one in self._of_packages if one is not check)
        if why is not None and check.name not in self._named:
            self._named.add(check.name)
            self.failed.emit(check.name, why)
        return found


def _of_packages() -> tuple[Check, ...]:
    from app.inspection.checks import BUILT_IN
    from app.inspection.registry import all_checks

    return tuple(check for check in all_checks() if check not in BUILT_IN)
