"""The checks there are: those of the house, then those of installed packages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.faces.errors import FaceDataError
from app.faces.finding import Finding
from app.inspection.case import Case
from app.inspection.check import Check
from app.inspection.checks import BUILT_IN

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "facewright.checks"
"""The entry-point group; each entry names a ``Check``."""


def all_checks() -> tuple[Check, ...]:
    """The built-in checks, then those that installed packages offer. A name that is taken stays what it was."""
    from importlib import metadata  # takes as long as opening a dataset does

    checks = {check.name: check for check in BUILT_IN}
    for plugin in map(_plugin, metadata.entry_points(group=GROUP)):
        checks.setdefault(plugin.name, plugin)
    return tuple(checks.values())


def named_checks(names: Iterable[str] | None) -> tuple[Check, ...]:
    """The checks of these names, or all. Raises FaceDataError naming what there is."""
    checks = {check.name: check for check in all_checks()}
    if names is None:
        return tuple(checks.values())
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in checks:
            raise FaceDataError(f"there is no check {name}; there are {', '.join(checks)}")
    return tuple(checks[name] for name in wanted)


def _plugin(entry: EntryPoint) -> Check:
    try:
        plugin = entry.load()
        if not isinstance(plugin, Check):
            raise TypeError(f"it is no Check but a {type(plugin).__name__}")
        if not all(isinstance(of, frozenset) for of in (plugin.needs, plugin.uses, plugin.for_remarks)):
            raise TypeError("what it needs and uses are frozensets of Modality")
    except Exception as error:  # whatever a stranger's module raises while it is imported
        return _broken(entry.name, f"the check plug-in {entry.name} ({entry.value}) does not load: {error}")
    return plugin


def _broken(name: str, why: str) -> Check:
    """Listed with its error; asked to look it says so again."""
    told = f"{why}; update or remove it"
    return Check(name, name, told, frozenset(), _Refusal(told))


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Asked twice what there is, the same refusal is the same check."""

    told: str

    def __call__(self, _case: Case) -> Iterator[Finding]:
        raise FaceDataError(self.told)
