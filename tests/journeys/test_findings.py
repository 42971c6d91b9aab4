"""What is wrong is searched, counted and gone through in the real window, and stays true while one edits."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.document.edits import EditCaption
from app.document.mark_lines import MarkSamples
from app.faces.sample import SampleId
from app.inspection.checks import BUILT_IN
from app.workbench.checking import check_samples
from tests.window_desk import Desk

S0, S17 = SampleId("0"), SampleId("17")
SEARCH = "finding:caption-residue"


def count(desk: Desk) -> str:
    return desk.window.findChild(QLabel, "hitCount").text()


def hits(desk: Desk) -> list[str]:
    return list(desk.workspace.browsing.hits)


def edit(desk: Desk, text: str) -> None:
    desk.document.do(EditCaption(S17, 0, text))


def save(desk: Desk) -> None:
    desk.action("file.save").trigger()
    desk.saved()


def test_nothing_is_clear_before_all_were_looked_at_and_edits_are_looked_at_again(desk: Desk, qtbot) -> None:
    desk.indexed()
    edit(desk, "She has xyzzy.")
    save(desk)
    desk.search(SEARCH)
    whole = len(desk.document.store.sample_ids)
    assert count(desk) == f"0 of {whole} · {whole} not looked at yet"
    qtbot.waitUntil(lambda: "17" in hits(desk) and "not looked" not in count(desk), timeout=20_000)
    edit(desk, "She is smiling.")
    qtbot.waitUntil(lambda: "1 not looked at yet" in count(desk))
    save(desk)
    qtbot.waitUntil(lambda: "not looked" not in count(desk), timeout=20_000)
    desk.session.goto(S0)
    left = {one.sample for one in check_samples(desk.document, BUILT_IN).findings if one.check == "caption-residue"}
    qtbot.waitUntil(lambda: set(hits(desk)) == left)


def test_next_goes_where_something_is_wrong_and_was_not_dismissed(desk: Desk, qtbot) -> None:
    desk.indexed()
    edit(desk, "She has xyzzy.")
    save(desk)
    desk.session.goto(S0)
    desk.action("review.next_finding").trigger()
    qtbot.waitUntil(lambda: desk.session.sample != S0, timeout=20_000)
    assert desk.window.statusBar().currentMessage().startswith(f"Sample {desk.session.sample}: ")
    desk.action("review.look").trigger()
    qtbot.waitUntil(lambda: not desk.workspace.browsing.findings.is_looking, timeout=20_000)
    for sample in desk.document.store.sample_ids:
        keys = {one.key for one in check_samples(desk.document, BUILT_IN, ids=[sample]).findings}
        if keys:
            desk.document.do(MarkSamples((sample,), dismiss=tuple(sorted(keys))))
    before = desk.session.sample
    desk.action("review.next_finding").trigger()
    assert desk.session.sample == before
    assert desk.window.banners.texts()["dataset.findings"] == "Nothing is wrong in the samples listed."


def test_the_catalog_is_told_once_of_many_samples_that_changed_one_by_one(desk: Desk, qtbot, monkeypatch) -> None:
    desk.indexed()
    findings = desk.workspace.browsing.findings
    desk.search(SEARCH)
    qtbot.waitUntil(lambda: "not looked" not in count(desk), timeout=20_000)
    told: list[int] = []
    catalog = desk.workspace.browsing.catalog
    mirror = catalog.mirror_findings
    monkeypatch.setattr(
        catalog, "mirror_findings", lambda found, checks: (told.append(len(found)), mirror(found, checks))
    )
    for sample in desk.document.store.sample_ids:
        findings.forget([sample])
    assert told == []
    qtbot.waitUntil(lambda: told != [])
    assert told == [0]
