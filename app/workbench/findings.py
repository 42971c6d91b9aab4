"""What the checks found in each sample, kept in the cache with a stamp of the values it was found in.

Whoever changes a file makes what was found in it stale: a sample whose stamp is another one counts as not looked at.
Nothing here decides what was dismissed: findings are kept by their keys, review marks take them away when asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache

from app import __version__
from app.catalog.catalog import Catalog
from app.catalog.places import CatalogPlaces
from app.catalog.stamps import stamp_of
from app.faces.errors import FaceDataError, SaveError
from app.faces.finding import Severity
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.inspection.check import Check
from app.inspection.checks import BUILT_IN
from app.inspection.registry import all_checks
from app.jobs import Progress, Silent
from app.workbench.looking import Answer, Questions, answers_for

_KEPT = "findings"
_FILES = (Modality.PHOTO, Modality.MASK, Modality.SKETCH, Modality.CAPTIONS)


@dataclass(frozen=True, slots=True)
class Found:
    """One finding in short: which check, its key, and whether it is more than a remark."""

    check: str
    key: str
    is_trouble: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What all checks found in a sample whose values had this stamp; nothing is an all-clear."""

    stamp: str
    found: tuple[Found, ...] = ()


@cache
def _checks() -> tuple[Check, ...]:
    """All checks: which packages are installed is asked once."""
    return all_checks()


def check_names() -> tuple[str, ...]:
    """The checks that look."""
    return tuple(check.name for check in _checks())


def look_through(
    store: SampleStore,
    samples: Iterable[SampleId],
    known: Mapping[SampleId, Looked],
    *,
    only_known: bool = False,
    nice: int = 0,
    progress: Progress | None = None,
    tell: Callable[[SampleId, Looked], None] | None = None,
) -> dict[SampleId, Looked]:
    """What all checks find in the samples' files; what is ``known`` of the very same values is taken over.

    ``only_known``: nobody looks, what is not known is left out, as are samples that cannot be read. Where there are
    many all cores look. ``tell`` is called with each as soon as it is known. Raises Cancelled through ``progress``.
    """
    progress = progress or Silent()
    questions, version = Questions(_checks()), _version()
    wanted = tuple(samples)
    looked: dict[SampleId, Looked] = {}
    stamps: dict[SampleId, str] = {}

    def of_the_house(failed: Iterable[tuple[str, str]]) -> bool:
        return any(check.name == name for check in BUILT_IN for name, _ in failed)

    def take(sample: SampleId, one: Looked) -> None:
        looked[sample] = one
        if tell is not None:
            tell(sample, one)

    for sample in wanted:
        progress.report(len(looked), len(wanted))
        before = known.get(sample)
        if sample not in store or (only_known and before is None):
            continue
        try:
            stamp = _stamp(store, sample, version)
        except (OSError, FaceDataError):
            continue
        if before is not None and before.stamp == stamp:
            take(sample, before)
        elif stamp and not only_known:
            stamps[sample] = stamp
    with closing(answers_for(store, tuple(stamps), questions, nice=nice)) as answers:
        for answer in answers:
            progress.report(len(looked), len(wanted))
            if answer is not None and answer[1].skipped is None and not of_the_house(answer[1].failed):
                take(answer[0], Looked(stamps[answer[0]], _in_short(answer[1])))
    progress.report(len(wanted), len(wanted))
    return looked


def _in_short(answer: Answer) -> tuple[Found, ...]:
    """What failed is left out: ``facewright check`` says why."""
    return tuple(Found(one.check, one.key, one.severity is not Severity.INFO) for one in answer.findings)


def known_clear(
    store: SampleStore, samples: Iterable[SampleId], checks: Collection[Check], severities: Collection[Severity]
) -> frozenset[SampleId]:
    """The samples in whose files, as they are now, all checks looked before and these found nothing so severe.

    Nothing is known where a check is a package's: it may be another one today.
    """
    places = CatalogPlaces.of(store.root)
    if not places.catalog.is_file() or not all(check in BUILT_IN for check in checks):
        return frozenset()
    with Catalog.open(places) as catalog:
        known = kept_findings(catalog)
    names, version = {check.name for check in checks}, _version()
    clear = set()
    for sample in samples:
        before = known.get(sample)
        if before is None or sample not in store:
            continue
        with_remarks = Severity.INFO in severities
        if any(one.check in names and (with_remarks or one.is_trouble) for one in before.found):
            continue
        with suppress(OSError, FaceDataError):
            if _stamp(store, sample, version) == before.stamp:
                clear.add(sample)
    return frozenset(clear)


def _version() -> str:
    return ",".join((__version__, *check_names()))


def standing(
    looked: Mapping[SampleId, Looked], dismissed: Callable[[SampleId], Collection[str]]
) -> dict[SampleId, frozenset[str]]:
    """The checks that found something which nobody let stand, for every sample looked at."""
    told = {}
    for sample, one in looked.items():
        gone = dismissed(sample) if one.found else ()
        told[sample] = frozenset(found.check for found in one.found if found.key not in gone)
    return told


def has_trouble(looked: Looked, dismissed: Collection[str]) -> bool:
    """Whether something is wrong that nobody let stand; remarks do not count."""
    return any(found.is_trouble and found.key not in dismissed for found in looked.found)


def troubles(looked: Looked, dismissed: Collection[str]) -> tuple[Check, ...]:
    """The checks that found what is wrong, as ``has_trouble`` counts it."""
    names = {found.check for found in looked.found if found.is_trouble and found.key not in dismissed}
    return tuple(check for check in _checks() if check.name in names)


def kept_findings(catalog: Catalog) -> dict[SampleId, Looked]:
    """What was kept, whether or not it still holds; nothing where it makes no sense."""
    try:
        kept = json.loads(catalog.kept(_KEPT) or b"{}")
        return {
            SampleId(sample): Looked(str(stamp), tuple(Found(str(c), str(k), bool(t)) for c, k, t in found))
            for sample, (stamp, found) in kept.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}


def keep_findings(catalog: Catalog, looked: Mapping[SampleId, Looked]) -> None:
    """The next session, or the command line, need not look again. A disk that refuses costs that and no more."""
    kept = {
        sample: (one.stamp, [(found.check, found.key, found.is_trouble) for found in one.found])
        for sample, one in looked.items()
    }
    try:
        catalog.keep(_KEPT, json.dumps(kept, separators=(",", ":")).encode())
    except SaveError:
        return


def _stamp(store: SampleStore, sample: SampleId, version: str) -> str:
    """Changes with the sample's files, its row of the attributes and the checks; empty where a file is missing."""
    files = [file for modality in _FILES for file in store.files(sample, modality)]
    of_files = stamp_of(store.root, files)
    if of_files is None:
        return ""
    attributes = store.read_attributes(sample).value
    row = () if attributes is None else tuple((name, attributes[name]) for name in attributes)
    return hashlib.blake2b(repr((of_files, row, version)).encode(), digest_size=16).hexdigest()
