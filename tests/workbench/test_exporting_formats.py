"""The job with every format there is: interrupted and gone on with, it writes what it writes at one go."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from app.formats import open_store
from app.formats.exporting.protocol import ExportFormat
from app.formats.exporting.registry import BUILT_IN
from app.jobs import Cancelled
from app.workbench.exporting import ExportRequest, estimated, plan_export, run_export
from app.workbench.splitting import SplitOptions
from tests.workbench.face_folder import face_folder

COUNT = 20
REPORTS = {"manifest.json", "report.json", "report.txt"}


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return face_folder(tmp_path_factory.mktemp("faces") / "faces", COUNT)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class Once:
    """Cancels as soon as something is written and something is left."""

    def report(self, done: int, total: int, note: str = "") -> None:
        if 0 < done < total:
            raise Cancelled


@pytest.mark.parametrize("each", BUILT_IN, ids=lambda each: each.name)
def test_an_interrupted_export_becomes_the_same_as_any_other(each: ExportFormat, faces: Path, tmp_path: Path) -> None:
    splits = SplitOptions(mode="new", ratios=("train=80", "test=20"), duplicates=False)

    def export(target: str, progress: Once | None = None) -> dict[str, bytes]:
        request = ExportRequest(store=open_store(faces), format=each.name, target=tmp_path / target, splits=splits)
        run_export(plan_export(request), progress, workers=0)
        files = sorted(path for path in (tmp_path / target).rglob("*") if path.is_file())
        return {path.relative_to(tmp_path / target).as_posix(): path.read_bytes() for path in files}

    whole = export("whole")
    try:
        export("out", Once())
    except Cancelled:
        assert not (tmp_path / "out").exists()
        stopped = export("out")
    else:
        stopped = export("second")
    assert {path for path in whole if whole[path] != stopped[path]} <= REPORTS
    assert whole.keys() == stopped.keys()
    manifest = json.loads(stopped.pop("manifest.json"))
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in stopped.items()}
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == hashes
    assert [path for path, data in whole.items() if str(tmp_path.parent).encode() in data] == []


@pytest.mark.parametrize("each", BUILT_IN, ids=lambda each: each.name)
def test_an_estimate_is_of_the_right_size(each: ExportFormat, faces: Path, tmp_path: Path) -> None:
    plan = plan_export(ExportRequest(store=open_store(faces), format=each.name, target=tmp_path / "out"))
    guess = estimated(plan).size
    run_export(plan, workers=0)
    real = sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file())
    # A page of a contact sheet with three samples is as large as a full one: too much is asked for, never too little.
    assert real / 2 < guess < real * 5
