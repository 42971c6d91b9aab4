"""Reports of checks as files: whole or not there, the same findings in each, and nothing in them but text."""

from __future__ import annotations

import csv
import json
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from app.cli.terminal import plain
from app.inspection.checks import BUILT_IN
from tests.tiny_dataset import EVERYTHING, contents, write

NASTY = 'She has <script>alert("1")</script> & \x1b[31m\u202e hair, "wavvy".'


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    files = dict(EVERYTHING)
    files["text/celeba-caption/17.txt"] = f"{NASTY}\n=cmd() is a nicce hat.\nHe has gray hair.\n{NASTY}".encode()
    return write(tmp_path / "faces <b>", files)


class Page(HTMLParser):
    """The words of a page, its tags, and the cells of its rows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.rows: list[list[str]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"} or name.startswith("on")]
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += data


def told(dataset: Path, file: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[str, dict[str, Any]]:
    """The report's text, and what ``--json`` prints."""
    before = contents(dataset)
    assert main(["check", str(dataset), "--quiet", "--output", str(file), *more]) == 1
    capsys.readouterr()
    assert main(["check", str(dataset), "--quiet", "--json", *more]) == 1
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert contents(dataset) == before
    return file.read_text("utf-8"), document


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_the_document_is_that_of_json(dataset: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, document = told(dataset, out / "report.json", capsys)
    assert json.loads(text) == document


def test_a_table_has_a_line_for_every_finding(dataset: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, document = told(dataset, out / "report.CSV", capsys, "--severity", "info")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    assert [row["key"] for row in rows] == [finding["key"] for finding in document["findings"]]
    for row, finding in zip(rows, document["findings"], strict=True):
        assert row["message"] == finding["message"]
        assert json.loads(row["evidence"]) == finding["evidence"]
        assert row["region"] == ",".join(map(str, finding["region"] or ()))


def test_a_page_tells_counts_and_findings_and_has_nothing_but_text(
    dataset: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, document = told(dataset, out / "report.html", capsys, "--severity", "info")
    page = Page(text)
    assert not page.tags & {"script", "b", "img", "link", "iframe"}
    assert page.addresses == []
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "faces &lt;b&gt;" in text
    tables: dict[str, list[list[str]]] = {}
    for row in page.rows:
        if row[0] in {"check", "sample"}:
            tables[row[0]] = []
            listed = tables[row[0]]
        else:
            listed.append(row)
    assert [(row[0], row[1], row[2]) for row in tables["sample"]] == [
        (finding["sample"], finding["severity"], finding["check"]) for finding in document["findings"]
    ]
    for row, finding in zip(tables["sample"], document["findings"], strict=True):
        assert row[3].startswith(plain(finding["message"]))
    counts = Counter(finding["check"] for finding in document["findings"])
    assert {row[0]: sum(map(int, row[1:4])) for row in tables["check"]} == {
        check.name: counts[check.name] for check in BUILT_IN
    }


def test_a_report_that_cannot_be_written_leaves_the_one_before(
    dataset: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = out / "report.html"
    file.write_text("the one before")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert main(["check", str(dataset), "--quiet", "--output", str(file)]) == 3
    assert capsys.readouterr().err == f"facewright: {file}: the disk is full; make room, or name another place\n"
    assert [one.name for one in out.iterdir()] == ["report.html"]
    assert file.read_text() == "the one before"


def test_captions_alone_have_a_report_too(dataset: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = out / "captions.html"
    assert main(["captions", str(dataset), "check", "--quiet", "--output", str(file)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].endswith("caption-clashes") or "caption-" in printed[0]
    assert printed[1] == f"{file}: written"
    assert "attributes-against-mask" not in file.read_text()


def test_a_report_of_another_kind_is_wrong_usage(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(dataset), "--output", "report.pdf"]) == 2
    assert "'report.pdf' is no .html, .csv, .json" in capsys.readouterr().err
