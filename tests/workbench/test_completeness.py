"""``info --complete`` knows a whole dataset from one that is cut, and says of each what is missing and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.__main__ import main
from app.formats import open_store
from app.formats.files import DatasetFolder
from app.workbench import completeness, official
from app.workbench.completeness import Completeness, compared, ranges_of
from app.workbench.describe import describe_dataset
from app.workbench.file_checks import broken_file
from tests.formats.drawn import NATIVE, jpeg, png, rgb, square
from tests.tiny_dataset import EVERYTHING, write


def looked_at(folder: Path, *, both_ends: bool = False) -> Completeness:
    store = open_store(folder)
    return compared(store, describe_dataset(store), both_ends=both_ends)


def count(found: Completeness, what: str) -> tuple[int, int, tuple[str, ...]]:
    row = next(row for row in found.counts if row.what == what)
    return row.found, row.official, row.missing


def test_the_official_masks_add_up_to_what_the_statistics_say() -> None:
    assert sum(official.CLASS_SAMPLES.values()) == 372_766
    assert len(official.CLASS_SAMPLES) == 18
    assert official.MASK_FOLDERS * official.SAMPLES_PER_FOLDER == official.CELEBA_HQ_SAMPLES


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([], ()),
        ([3], ("3",)),
        ([0, 1, 2, 5, 7, 8], ("0–2", "5", "7–8")),
        (range(0, 40, 2), ("0", "2", "4", "6", "8", "10", "12", "14", "… and 12 more")),
    ],
)
def test_missing_ids_are_told_in_ranges(numbers: list[int], told: tuple[str, ...]) -> None:
    assert ranges_of(numbers) == told


def test_a_whole_dataset_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = range(6)
    files = {f"CelebA-HQ-img/{n}.jpg": jpeg() for n in ids}
    files |= {f"CelebAMask-HQ-mask-anno/{n // 2}/{n:05d}_skin.png": rgb(square(4, 4)) for n in ids}
    row = "  " + " ".join(["1"] * 40)
    from app.faces.attributes import ATTRIBUTE_NAMES

    rows = "\n".join(f"{n}.jpg{row}" for n in ids)
    files["CelebAMask-HQ-attribute-anno.txt"] = f"6\n{' '.join(ATTRIBUTE_NAMES)}\n{rows}\n".encode()
    poses = "\n".join(f"{n}.jpg 1.0 2.0 3.0" for n in ids)
    files["CelebAMask-HQ-pose-anno.txt"] = f"6\nYaw Pitch Raw\n{poses}\n".encode()
    names = "\n".join(f"{n} {n + 100} {n + 101:06d}.jpg" for n in ids)
    files["CelebA-HQ-to-CelebA-mapping.txt"] = f"idx orig_idx orig_file\n{names}\n".encode()
    monkeypatch.setattr(official, "CELEBA_HQ_SAMPLES", 6)
    monkeypatch.setattr(official, "MASK_FOLDERS", 3)
    monkeypatch.setattr(official, "SAMPLES_PER_FOLDER", 2)
    monkeypatch.setattr(official, "CLASS_SAMPLES", dict.fromkeys(official.CLASS_SAMPLES, 0) | {"skin": 6})
    folder = write(tmp_path / "faces", files)
    found = looked_at(folder, both_ends=True)
    assert [row for row in found.counts if row.differs] == []
    assert found.is_complete
    assert found.reference == "CelebAMask-HQ 1.1"
    (folder / "CelebAMask-HQ-mask-anno/1/00003_skin.png").unlink()
    (folder / "CelebA-HQ-img/5.jpg").unlink()
    found = looked_at(folder)
    assert not found.is_complete
    assert count(found, "photo") == (5, 6, ("5",))
    assert count(found, "samples in mask folder 1") == (1, 2, ("3",))
    assert count(found, "attribute rows") == (6, 6, ())
    assert all(row.advice for row in found.counts)


def test_both_datasets_are_compared_where_both_are_mixed(tmp_path: Path) -> None:
    found = looked_at(write(tmp_path / "faces", EVERYTHING))
    assert found.reference == "CelebAMask-HQ 1.1 and Multi-Modal-CelebA-HQ"
    assert count(found, "caption lines") == (20, 300_000, ())
    assert count(found, "mapping rows")[1] == 30_000
    assert count(found, "samples in splits") == (2, 30_000, ())


def test_index_maps_are_not_measured_by_classes(tmp_path: Path) -> None:
    from tests.formats.drawn import MULTI_MODAL

    found = looked_at(write(tmp_path / "faces", MULTI_MODAL))
    assert "hat" not in [row.what for row in found.counts]
    assert found.reference == "Multi-Modal-CelebA-HQ"


def test_the_windows_trap_is_named(tmp_path: Path) -> None:
    photos = {path: data for path, data in NATIVE.items() if path.startswith("CelebA-HQ-img/")}
    found = looked_at(write(tmp_path / "faces", photos))
    assert [trouble.kind for trouble in found.troubles] == ["zip64"]
    assert "7-Zip" in found.troubles[0].what


def test_celeba_is_measured_by_its_own_counts(tmp_path: Path) -> None:
    from app.faces.attributes import ATTRIBUTE_NAMES

    rows = "\n".join(f"{n:06d}.jpg  1 " + " ".join(["-1"] * 39) for n in (1, 2))
    files = {f"img_align_celeba/{n:06d}.jpg": jpeg(size=(178, 218)) for n in (1, 2)}
    files["list_attr_celeba.txt"] = f"2\n{' '.join(ATTRIBUTE_NAMES)} \n{rows}\n".encode()
    files["list_eval_partition.txt"] = b"000001.jpg 0\n000002.jpg 2\n"
    found = looked_at(write(tmp_path / "celeba", files))
    assert found.reference.startswith("CelebA ")
    assert count(found, "samples") == (2, 202_599, ("3–202599",))
    assert count(found, "list_attr_celeba rows")[:2] == (2, 202_599)
    assert count(found, "identity_CelebA rows")[:2] == (0, 202_599)
    assert count(found, "split train")[:2] == (1, 162_770)


BROKEN = {
    "empty": b"",
    "cut": jpeg(size=(300, 300))[:-40],
    "impostor": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_photos_are_named(tmp_path: Path, kind: str) -> None:
    folder = write(tmp_path / "faces", {**NATIVE, "CelebA-HQ-img/17.jpg": BROKEN[kind]})
    found = looked_at(folder, both_ends=True)
    assert [(trouble.kind, trouble.count) for trouble in found.troubles] == [(kind, 1)]
    assert found.troubles[0].examples[0].startswith("CelebA-HQ-img/17.jpg: it")
    assert not found.is_complete


def test_large_files_are_opened_only_when_asked_for(tmp_path: Path) -> None:
    folder = write(tmp_path / "faces", {**NATIVE, "CelebA-HQ-img/17.jpg": BROKEN["cut"]})
    assert len(BROKEN["cut"]) > 1024
    assert looked_at(folder).troubles == ()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (jpeg(), None),
        (jpeg() + b"\0" * 300, None),
        (png(rgb_array := square(1, 1).astype("uint8")), None),
        (png(rgb_array)[:-1], "cut"),
        (png(rgb_array)[:30], "cut"),
        (b"A caption.\n", None),
        (b"<!DOCTYPE html><title>Google Drive - Virus scan warning</title>", "impostor"),
    ],
)
def test_the_end_marker_tells(tmp_path: Path, data: bytes, kind: str | None) -> None:
    (tmp_path / "file").write_bytes(data)
    broken = broken_file(DatasetFolder(tmp_path), "file")
    assert (broken.kind if broken else None) == kind


def test_the_command_names_it_all_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "faces", {**NATIVE, "CelebA-HQ-img/17.jpg": b""})
    assert main(["info", str(folder), "--complete", "--check-files"]) == 1
    told = capsys.readouterr().out
    assert "compared with the released CelebAMask-HQ 1.1" in told
    assert "missing: 1–16, 18–2000, 2002–29999" in told
    assert "files (both ends of every file):" in told
    assert "1 file: empty" in told
    assert main(["info", str(folder), "--complete", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["complete"]["troubles"][0]["kind"] == "empty"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(completeness, "broken_files", lambda *_, **__: iter(()))
        assert main(["info", str(folder), "--complete", "--quiet"]) == 1


def test_real_samples_have_whole_tables(real_data: Path) -> None:
    found = looked_at(real_data / "CelebAMask-HQ", both_ends=True)
    for what in ("attribute rows", "pose rows", "mapping rows"):
        assert count(found, what) == (30_000, 30_000, ())
    assert found.troubles == ()
    assert count(found, "masks")[0] == 308


def test_an_archive_is_measured_without_unpacking_it(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "CelebAMask-HQ.zip", "w") as archive:
        for path, data in NATIVE.items():
            archive.writestr(f"CelebAMask-HQ/{path}", data)
    found = looked_at(tmp_path / "CelebAMask-HQ.zip")
    assert found.checked == "names in the archive"
    assert count(found, "attribute rows") == count(looked_at(write(tmp_path / "d", NATIVE)), "attribute rows")
    assert count(found, "photo")[0] == 3
