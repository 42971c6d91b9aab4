"""``facewright index`` as scripts and people meet it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.__main__ import main
from app.catalog.catalog import Catalog
from app.catalog.places import CatalogPlaces
from tests.workbench.face_folder import face_folder, fingerprint, mask_path, settle

COUNT = 12


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return face_folder(tmp_path / "faces", COUNT)


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main(["index", *words, "--json"]) == 0
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_it_reads_everything_once_and_again_on_request(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = fingerprint(folder)
    everything = {"tables": COUNT, "captions": COUNT, "thumbnails": COUNT, "contents": COUNT}
    document = answer(capsys, str(folder))
    assert list(document) == "samples added removed read problems notices seconds folder".split()
    assert (document["samples"], document["read"]) == (COUNT, everything)
    assert answer(capsys, str(folder))["read"] == {"captions": 0, "thumbnails": 0, "contents": 0}
    assert answer(capsys, str(folder), "--rebuild")["read"] == everything
    assert fingerprint(folder) == before


def test_parts_can_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, str(folder), "--parts", "captions,tables")["read"] == {"tables": COUNT, "captions": COUNT}
    assert main(["index", str(folder), "--parts", "smiles"]) == 2
    assert "there are tables, captions, thumbnails, contents" in capsys.readouterr().err


def test_a_sample_that_cannot_be_read_is_named_and_makes_the_status_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mask_path(folder, 3, "nose").write_bytes(b"no picture")
    settle(folder)
    assert main(["index", str(folder)]) == 1
    printed = capsys.readouterr()
    assert "measure masks" in printed.out
    assert "sample 3: CelebAMask-HQ-mask-anno/0/00003_nose.png: it is not a PNG file" in printed.err


def test_ctrl_c_leaves_a_valid_catalog_and_no_process(tmp_path: Path) -> None:
    folder = face_folder(tmp_path / "faces", 150)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "app", "index", str(folder)]
    repository = Path(__file__).resolve().parents[1]
    running = subprocess.Popen(command, cwd=repository, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not list((tmp_path / "cache").rglob("catalog.sqlite")) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=20)
    assert running.returncode in (130, 0), errors  # 0: it was done before the signal came
    if running.returncode == 130:
        assert errors.strip().endswith("facewright: stopped")
    (file,) = (tmp_path / "cache").rglob("catalog.sqlite")
    with Catalog.open(CatalogPlaces(file.parent)) as catalog:
        assert catalog.notices == []
