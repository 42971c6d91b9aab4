"""Searching without a window: the command, the option of other commands, and Python find the same samples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app import open_dataset
from app.__main__ import main
from app.catalog.catalog import Catalog
from app.catalog.contents import Contents
from app.catalog.places import CatalogPlaces
from app.catalog.query import QueryError, SavedSearches
from app.document.mark_lines import MarkSamples
from app.faces.errors import SaveError
from app.faces.review import ReviewState
from app.faces.sample import SampleId
from app.workbench.open import open_document
from tests.tiny_dataset import EVERYTHING, contents, write


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return write(tmp_path / "faces", EVERYTHING)


def found(capsys: pytest.CaptureFixture[str], *argv: str) -> list[str]:
    """The ids that a search prints."""
    assert main(["search", *argv, "--ids-only", "--quiet"]) == 0
    return capsys.readouterr().out.split()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", "0 17 2001"),
        ("class:hair", "17"),
        ("-class:hair", "0 2001"),
        ("feature", "0 17"),
        ('"feature 2"', "0 17"),
        ("-feature", "2001"),
        ("missing:captions", "2001"),
        ("split:train", "17"),
        ("area(skin)>50%", "17"),
        ("sort:area(skin) sort:id desc", "2001 0 17"),
        ("attr:smiling sort:id desc", "2001 17 0"),
        ("id:1-100", "17"),
        ("edited:yes", ""),
    ],
)
def test_search_prints_ids(dataset: Path, capsys: pytest.CaptureFixture[str], query: str, ids: str) -> None:
    assert found(capsys, str(dataset), query) == ids.split()


def test_search_tells_why_under_fixed_keys(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", str(dataset), '"feature 2"', "-class:hair", "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    told: dict[str, Any] = json.loads(captured.out)
    assert told == {
        "query": '"feature 2" -class:hair',
        "total": 1,
        "unknown": 0,
        "samples": [
            {
                "id": "0",
                "why": [{"term": '"feature 2"', "text": "She has feature 2. ", "caption": 2, "spans": [[8, 17]]}],
            }
        ],
    }


def test_search_marks_what_it_found(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", str(dataset), "feature", "area(skin)>1px", "--limit", "1"]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[:4] == [
        "0",
        "  caption 1: She has [feature] 0. ",
        "  caption 2: She has [feature] 1. ",
        "  caption 3: She has [feature] 2. ",
    ]
    assert lines[4].startswith("  and 7 more captions with feature")
    assert lines[5].startswith("  skin covers ")
    assert captured.err.endswith("2 of 3 samples, the first 1 shown\n")


def test_a_search_that_is_none_is_pointed_at(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", str(dataset), "日本 clas:hat", "--quiet"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "facewright: there is no field clas: — did you mean class:?",
        "  日本 clas:hat",
        "       ^^^^^",
    ]
    assert main(["search", str(dataset), "attr:Smilling"]) == 2
    assert capsys.readouterr().err.splitlines()[-2:] == ["  attr:Smilling", "       ^^^^^^^^"]
    assert main(["search", str(dataset), "\x1b[31m " * 30 + "class:\x1b"]) == 2
    message, shown, marks = capsys.readouterr().err.splitlines()
    assert "there is no class \\x1b" in message
    assert (shown[-4:], marks[-4:], len(marks)) == ("\\x1b", "^^^^", len(shown))


def test_finding_nothing_is_no_error(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", str(dataset), "tag:nobody"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "no sample has the tag nobody\n0 of 3 samples\n"


def test_options_narrow_a_search(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys, str(dataset), "feature", "--split", "train") == ["17"]
    assert found(capsys, str(dataset), "--ids", "0-20", "sort:id desc") == ["17", "0"]


def test_a_search_narrows_other_commands(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_dataset(dataset) as ds:
        for sample in ("0", "17"):
            ds[sample].captions[0] = "Changed."
        ds.save()
    assert main(["restore", str(dataset), "--query", "-split:train edited:yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["restored"] == ["text/celeba-caption/0.txt"]
    assert main(["restore", str(dataset), "--query", "clas:x"]) == 2
    assert "     ^^^^^" not in capsys.readouterr().err


def test_marks_and_saved_searches_are_found(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = open_document(dataset)
    document.do(MarkSamples((SampleId("17"),), state=ReviewState.PENDING, add_tags=("to do",)))
    document.close()
    SavedSearches.load().add("todo", 'tag:"to do" or state:rejected')
    assert found(capsys, str(dataset), "@todo") == ["17"]
    assert found(capsys, str(dataset), "-@todo") == ["0", "2001"]


def test_files_that_changed_are_read_again(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys, str(dataset), "moustache") == []
    (dataset / "text/celeba-caption/2001.txt").write_bytes(b"He has a moustache.\n")
    (dataset / "text/celeba-caption/17.txt").write_bytes(b"A moustache, too.\n")
    assert found(capsys, str(dataset), "moustache") == ["17", "2001"]


def test_a_search_index_that_cannot_be_kept_is_made_for_the_search(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    CatalogPlaces.of(dataset).catalog.mkdir()
    assert main(["search", str(dataset), "area(skin)>50% feature", "--ids-only"]) == 0
    told = capsys.readouterr()
    assert told.out.split() == ["17"]
    assert "cannot be kept" in told.err


def test_a_disk_that_fills_up_while_the_index_is_made_does_not_stop_a_search(
    dataset: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Catalog.put_contents

    def put_while_there_is_room(catalog: Catalog, masks: Sequence[tuple[SampleId, bytes, Contents]]) -> None:
        if catalog.is_kept:
            raise SaveError("the disk is full")
        put(catalog, masks)

    monkeypatch.setattr(Catalog, "put_contents", put_while_there_is_room)
    assert main(["search", str(dataset), "area(skin)>50% feature", "--ids-only"]) == 0
    told = capsys.readouterr()
    assert told.out.split() == ["17"]
    assert "the disk is full" in told.err


def test_searching_changes_nothing_in_the_dataset(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found(capsys, str(dataset), "feature area(hair)>1% attr:Smiling tag:x edited:no sort:similar(17)")
    assert contents(dataset) == contents_before()
    assert not (dataset / ".facewright").exists()


def contents_before() -> dict[str, bytes]:
    return dict(sorted(EVERYTHING.items()))


def test_python_searches_too(dataset: Path) -> None:
    with open_dataset(dataset) as ds:
        assert ds.search("feature sort:id desc") == ["17", "0"]
        assert ds.search("feature sort:id desc", limit=1) == ["17"]
        ds.document.do(MarkSamples((SampleId("0"),), state=ReviewState.ACCEPTED))
        ds["2001"].captions.append("Unsaved.")
        assert ds.search("state:accepted") == ["0"]
        assert ds.search("unsaved:yes") == ["2001"]
        with pytest.raises(QueryError, match="did you mean class"):
            ds.search("clas:hat")


def test_help_shows_the_language_and_its_grammar(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--help"]) == 0
    told = capsys.readouterr().out
    assert "area(hair)>30%" in told
    assert "alternatives = requirements" in told
