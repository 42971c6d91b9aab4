"""Checks over a dataset, from Python and from the command line; nothing on disk changes by them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import open_dataset
from app.__main__ import main
from app.document.edits import EditCaption, MoveCaption
from app.document.mark_lines import MarkSamples
from app.faces.finding import Severity
from app.faces.sample import Modality, SampleId
from app.generation.grammar_file import grammar_text
from app.inspection.checks import BUILT_IN
from app.jobs import Cancelled
from app.workbench.checking import case_of, check_samples
from tests.tiny_dataset import EVERYTHING, contents, write

HERE = "text/celeba-caption"
GOOD = [
    *("She is young.", "She has bangs.", "She has wavy hair.", "She is smiling.", "She wears lipstick."),
    *("She is attractive.", "She has a big nose.", "She has rosy cheeks.", "She has pale skin.", "She has big lips."),
]
BAD = ["He has gray hair, and black hair.", *GOOD[1:9], "She has wavvy lips."]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    files = dict(EVERYTHING)
    files[f"{HERE}/0.txt"] = "\n".join(GOOD).encode()
    files[f"{HERE}/17.txt"] = "\n".join(BAD).encode()
    return write(tmp_path / "faces", files)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(["captions", *words, "--quiet"])
    return status, capsys.readouterr().out


def test_every_sample_is_looked_at_and_nothing_changes(dataset: Path) -> None:
    before = contents(dataset)
    with open_dataset(dataset) as opened:
        report = check_samples(opened.document, BUILT_IN)
        assert report.looked_at == len(opened)
        assert {finding.sample for finding in report.findings} >= {"17"}
        assert not any(opened.document.is_open(sample) for sample in opened.ids)
    assert contents(dataset) == before


def test_findings_less_severe_are_left_out(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        report = check_samples(opened.document, BUILT_IN, at_least=Severity.ERROR, ids=[SampleId("17")])
    assert {finding.severity for finding in report.findings} == {Severity.ERROR}


def test_unsaved_edits_are_what_is_checked(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        opened.document.do(EditCaption(SampleId("0"), 0, "She is yuong."))
        case = case_of(opened.document, SampleId("0"), [Modality.CAPTIONS])
        assert case.modalities == {Modality.CAPTIONS}
        messages = [one.message for one in check_samples(opened.document, BUILT_IN, ids=[SampleId("0")]).findings]
        assert "Caption 1 says “yuong”, a word these checks do not know." in messages


def test_what_was_dismissed_is_left_out_until_the_caption_says_something_else(dataset: Path) -> None:
    sample = SampleId("17")
    checks = [check for check in BUILT_IN if check.name == "caption-clashes"]
    with open_dataset(dataset) as opened:
        document = opened.document
        hair = check_samples(document, checks, ids=[sample]).findings[1]
        document.do(MarkSamples((sample,), dismiss=(hair.key,)))
        report = check_samples(document, checks, ids=[sample])
        assert hair.key not in {finding.key for finding in report.findings}
        assert report.dismissed == {hair.key}
        both = check_samples(document, checks, ids=[sample], with_dismissed=True)
        assert [finding.key in both.dismissed for finding in both.findings] == [False, True]
        document.do(MoveCaption(sample, 0, 5))
        assert check_samples(document, checks, ids=[sample]).dismissed == {hair.key}
        document.do(EditCaption(sample, 5, "He has gray hair and black hair and bangs."))
        report = check_samples(document, checks, ids=[sample])
        assert (len(report.findings), report.dismissed) == (2, set())


def test_the_command_leaves_out_what_was_dismissed_in_the_window(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (str(dataset), "check", "--ids", "17", "--checks", "caption-residue")
    _, printed = told(capsys, *words, "--json")
    key = json.loads(printed)["findings"][0]["key"]
    with open_dataset(dataset) as opened:
        opened.document.do(MarkSamples((SampleId("17"),), dismiss=(key,)))
    assert told(capsys, *words) == (0, "0 findings in 1 sample; 1 dismissed before, listed with --all\n")
    status, printed = told(capsys, *words, "--all")
    assert status == 1
    assert printed.splitlines() == [
        "17: warning: Caption 10 says “wavvy”, a word these checks do not know. (caption-residue, dismissed)",
        "1 finding in 1 sample: 1 caption-residue",
    ]


def test_a_cancelled_check_stops(dataset: Path) -> None:
    class Impatient:
        def report(self, done: int, total: int, note: str = "") -> None:
            if done:
                raise Cancelled

    with open_dataset(dataset) as opened, pytest.raises(Cancelled):
        check_samples(opened.document, BUILT_IN, progress=Impatient())


def test_the_command_names_what_it_found(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, printed = told(capsys, str(dataset), "check", "--ids", "17", "--checks", "caption-clashes,caption-residue")
    assert status == 1
    assert printed.splitlines() == [
        "17: error: Caption 1 says a man, captions 2, 3, 4, 5, 6, 7, 8, 9, and 10 say a woman. (caption-clashes)",
        "17: error: Caption 1 says gray hair and black hair. (caption-clashes)",
        "17: warning: Caption 10 says “wavvy”, a word these checks do not know. (caption-residue)",
        "3 findings in 1 sample: 2 caption-clashes, 1 caption-residue",
    ]


def test_the_command_is_content_with_good_captions(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, printed = told(capsys, str(dataset), "check", "--ids", "0", "--checks", "caption-clashes")
    assert (status, printed) == (0, "0 findings in 1 sample\n")


def test_json_has_what_scripts_need(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, printed = told(capsys, str(dataset), "check", "--ids", "17", "--checks", "caption-residue", "--json")
    document: dict[str, Any] = json.loads(printed)
    assert status == 1
    assert set(document) == {"findings", "looked_at", "skipped", "failed", "dismissed"}
    (finding,) = document["findings"]
    assert set(finding) == set("sample check severity score message evidence region suggestion key dismissed".split())
    assert finding["evidence"] == {"caption": 10, "words": ["wavvy"], "places": [[8, 13]]}


def test_the_check_of_samples_takes_all_checks(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checks", "--json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == [check.name for check in BUILT_IN]
    assert main(["check", str(dataset), "--quiet", "--json"]) == 1
    found = {finding["check"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert {"caption-clashes", "sketch-agreement"} <= found
    assert main(["check", str(dataset), "--checks", "sketch-agreement,no"]) == 2
    assert "no check 'no'; there are caption-count" in capsys.readouterr().err


def test_captions_are_read_in_the_words_of_ones_own_grammar(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "mine.txt"
    own.write_text(grammar_text("clean").replace("has        a goatee", "has        a zickenbart"), "utf-8")
    (dataset / HERE / "0.txt").write_text("\n".join(["He is a young man who has a zickenbart.", *GOOD[1:]]))
    words = (str(dataset), "check", "--ids", "0", "--checks", "caption-residue")
    assert told(capsys, *words)[0] == 1
    assert told(capsys, *words, "--grammar", str(own)) == (0, "0 findings in 1 sample\n")
    own.write_text("[words]\nBangs 1 has\n", "utf-8")
    assert main(["captions", *words, "--grammar", str(own)]) == 3
    assert "mine.txt, line 2: " in capsys.readouterr().err


def test_an_unknown_check_is_refused(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["captions", str(dataset), "check", "--checks", "spelling"]) == 2
    assert "no check 'spelling'; there are caption-count" in capsys.readouterr().err
