"""The places where datasets are kept are told with everything one must know before going there."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

from app.__main__ import main
from app.formats import all_formats
from app.workbench.sources import Source, source, sources


def test_names_are_unique_and_found() -> None:
    names = [each.name for each in sources()]
    assert len(set(names)) == len(names)
    assert all(source(name).name == name for name in names)


@pytest.mark.parametrize("each", sources(), ids=lambda each: each.name)
def test_every_place_says_all(each: Source) -> None:
    assert urlsplit(each.url).scheme in {"https", "http"}
    assert each.kind in {"official", "re-upload", "derived"}
    assert "non-commercial" in each.terms
    assert each.citation.startswith("@inproceedings{")
    assert each.citation.count("{") == each.citation.count("}")
    assert all((each.holds, each.lacks, each.size))
    assert each.layout in {"", *(layout.name for layout in all_formats())}


def test_the_places_that_are_asked_for_are_there() -> None:
    urls = " ".join(each.url for each in sources())
    for part in (
        "switchablenorms/CelebAMask-HQ", "drive.google.com", "pan.baidu.com", "ipythonx/celebamaskhq",
        "liusq/CelebAMask-HQ", "dataset-ninja", "celeb_a_hq", "CelebA.html", "MM-CelebA-HQ",
    ):  # fmt: skip
        assert part in urls
    assert [each.fetch for each in sources() if each.fetch] == ["kaggle", "huggingface"]


def test_the_command_lists_them_and_tells_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources"]) == 0
    assert "Hugging Face liusq/CelebAMask-HQ" in capsys.readouterr().out
    assert main(["sources", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in told] == [each.name for each in sources()]
    assert main(["sources", "kaggle"]) == 0
    out = capsys.readouterr().out
    assert "https://www.kaggle.com/datasets/ipythonx/celebamaskhq" in out
    assert "@inproceedings{CelebAMask-HQ," in out
    assert main(["sources", "nowhere"]) == 3
    assert "known are celebamask-hq, google-drive" in capsys.readouterr().err
