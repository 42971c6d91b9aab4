"""What checks found is searched, kept with the values it was found in, and never an all-clear before anybody looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.catalog.catalog import Catalog
from app.catalog.places import CatalogPlaces
from app.catalog.query import search
from app.faces.finding import Severity
from app.faces.sample import SampleId
from app.formats import open_store
from app.inspection.checks import BUILT_IN
from app.paths import resource
from app.workbench import looking
from app.workbench.checking import check_samples
from app.workbench.dataset import open_dataset
from app.workbench.findings import check_names, has_trouble, keep_findings, kept_findings, look_through, standing
from app.workbench.searching import find
from tests.workbench.face_folder import face_folder

WRONG = SampleId("2")
REPEATED = "A face.\n" * 10


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = face_folder(tmp_path / "faces", 5)
    (folder / f"text/celeba-caption/{WRONG}.txt").write_text(REPEATED)
    return folder


def test_nobody_looked_is_no_all_clear(folder: Path) -> None:
    store = open_store(folder)
    with Catalog.open(CatalogPlaces.of(folder)) as catalog:
        catalog.take_names(store)
        hits = search(catalog, "finding:caption-repeats")
        assert (hits.total, hits.unknown, hits.notes) == (0, 5, ())
        assert search(catalog, "missing:findings").total == 0
        catalog.mirror_findings({WRONG: frozenset({"caption-repeats"})}, check_names())
        hits = search(catalog, "finding:caption-repeats")
        assert (hits.ids, hits.unknown) == ((WRONG,), 4)


@pytest.mark.parametrize("check", [check.name for check in BUILT_IN])
def test_a_search_finds_what_the_check_finds(folder: Path, check: str) -> None:
    with open_dataset(folder) as dataset:
        found = {one.sample for one in check_samples(dataset.document, BUILT_IN).findings if one.check == check}
        hits = find(dataset.document.store, f"finding:{check}", document=dataset.document)
    assert (set(hits.ids), hits.unknown) == (found, 0)


def test_who_looked_need_not_look_again_until_values_change(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find(open_store(folder), "finding:caption-repeats").ids == (WRONG,)
    looked_at: list[SampleId] = []
    case_of = looking._case
    monkeypatch.setattr(
        looking, "_case", lambda store, sample, of: looked_at.append(sample) or case_of(store, sample, of)
    )
    assert find(open_store(folder), "finding:caption-repeats").ids == (WRONG,)
    assert looked_at == []
    with open_dataset(folder) as dataset:
        for line in range(10):
            dataset[WRONG].captions[line] = f"Line {line}."
        dataset[SampleId("4")].attributes["Bald"] = not dataset[SampleId("4")].attributes["Bald"]
        dataset.save()
    assert WRONG not in find(open_store(folder), "finding:caption-repeats").ids
    assert looked_at == [WRONG, "4"]


def test_what_was_dismissed_does_not_count(folder: Path) -> None:
    store = open_store(folder)
    looked = look_through(store, [WRONG], {})
    assert has_trouble(looked[WRONG], ())
    keys = tuple(found.key for found in looked[WRONG].found)
    assert not has_trouble(looked[WRONG], keys)
    assert standing(looked, lambda _: keys) == {WRONG: frozenset()}
    assert "caption-repeats" in standing(looked, lambda _: ())[WRONG]


def test_what_was_kept_is_only_taken_over_where_it_still_holds(folder: Path) -> None:
    store = open_store(folder)
    with Catalog.open(CatalogPlaces.of(folder)) as catalog:
        looked = look_through(store, store.sample_ids, {})
        keep_findings(catalog, looked)
        assert kept_findings(catalog) == looked
        (folder / f"text/celeba-caption/{WRONG}.txt").write_text("Another face.\n")
        still = look_through(store, store.sample_ids, looked, only_known=True)
        assert still == {sample: one for sample, one in looked.items() if sample != WRONG}
        catalog.keep("findings", b'{"2": 7}')
        assert kept_findings(catalog) == {}


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.WARNING])
def test_a_check_looks_only_where_something_was_found_or_changed(
    folder: Path, severity: Severity, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_dataset(folder) as dataset:
        document, ids = dataset.document, dataset.ids
        find(document.store, "finding:caption-repeats")
        looked_at: list[SampleId] = []
        case_of = looking._case
        monkeypatch.setattr(
            looking, "_case", lambda store, sample, of: looked_at.append(sample) or case_of(store, sample, of)
        )
        repeats = [check for check in BUILT_IN if check.name == "caption-repeats"]
        report = check_samples(document, repeats, at_least=severity, reuse=True)
        assert ([one.sample for one in report.findings], report.looked_at) == ([WRONG], len(ids))
        assert looked_at == [WRONG]
        assert check_samples(document, repeats, at_least=severity) == report
        looked_at.clear()
        (folder / "text/celeba-caption/4.txt").write_text(REPEATED)
        (folder / "text/celeba-caption/3.txt").write_text(REPEATED)
        report = check_samples(document, repeats, at_least=severity, reuse=True)
        assert [one.sample for one in report.findings] == [WRONG, "3", "4"]
        every = check_samples(document, BUILT_IN, at_least=severity, reuse=True)
        assert every == check_samples(document, BUILT_IN, at_least=severity)


def test_the_help_of_the_search_names_every_check() -> None:
    told = resource("search-language.txt").read_text(encoding="utf-8")
    assert [check.name for check in BUILT_IN if check.name not in told] == []
