"""A patch carries corrections from one copy of a dataset to another, exactly, and never over somebody's own edits."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import open_dataset
from app.__main__ import main
from app.faces.captions import Captions
from app.faces.classes import LAYER_CLASSES
from app.faces.errors import DamagedFileError, FaceDataError, UnsafeFileError
from app.faces.mask import MaskLayers
from app.faces.sample import SampleId
from app.workbench.patching import Keep, apply_patch, make_patch
from app.workbench.patching.differences import CaptionDifference, MaskDifference
from tests.formats.drawn import square
from tests.tiny_dataset import EVERYTHING, contents, write

NAMES = [face_class.name for face_class in LAYER_CLASSES]


def pair(folder: Path) -> tuple[Path, Path]:
    """Two copies of one dataset."""
    return write(folder / "a", EVERYTHING), write(folder / "b", EVERYTHING)


def edit(folder: Path, *, layer: Any = None, caption: str | None = None, male: bool | None = None) -> None:
    """Sample 17: hair covers ``layer``, its third caption says ``caption``, Male is ``male``."""
    with open_dataset(folder) as dataset:
        sample = dataset["17"]
        if layer is not None:
            assert sample.mask is not None
            sample.mask.layers["hair"] = layer
        if caption is not None:
            sample.captions[2] = caption
        if male is not None:
            sample.attributes["Male"] = male
        dataset.save()


def made(folder: Path, target: Path) -> Path:
    with open_dataset(folder) as dataset:
        report = dataset.make_patch(target)
    assert report.samples == ["17"]
    assert not report.skipped
    return target


def applied(folder: Path, patch: Path, **options: Any) -> Any:
    with open_dataset(folder) as dataset:
        return apply_patch(dataset.document, patch, **options)


_EDIT = st.one_of(
    st.tuples(st.just("layer"), st.sampled_from(NAMES), st.integers(0, 27), st.integers(0, 27), st.integers(0, 12)),
    st.tuples(st.just("line"), st.integers(0, 9), st.sampled_from(["", "x", "She is ü.", "She has feature 3. "])),
    st.tuples(st.just("insert"), st.integers(0, 10), st.sampled_from(["", "one more"])),
    st.tuples(st.just("delete"), st.integers(0, 9)),
    st.tuples(st.just("attribute"), st.sampled_from(["Male", "Young", "Bald"]), st.sampled_from([True, False])),
)


def _do(dataset: Any, sample: str, step: tuple[Any, ...]) -> None:
    face = dataset[sample]
    match step:
        case ("layer", name, top, left, side):
            face.mask.layers[name] = square(top, left, side)
        case ("line", at, text) if at < len(face.captions):
            face.captions[at] = text
        case ("insert", at, text) if at <= len(face.captions) and face.captions:
            face.captions.insert(at, text)
        case ("delete", at) if at < len(face.captions):
            del face.captions[at]
        case ("attribute", name, value):
            face.attributes[name] = value


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["0", "17"]), _EDIT), min_size=1, max_size=6))
def test_a_pristine_copy_becomes_the_makers_and_a_second_time_changes_nothing(
    steps: list[tuple[str, tuple[Any, ...]]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        mine, theirs = pair(Path(name))
        pristine = contents(theirs)
        with open_dataset(mine) as dataset:
            for sample, step in steps:
                _do(dataset, sample, step)
            dataset.save()
            report = dataset.make_patch(Path(name) / "p.zip")
        if not report.samples:
            assert contents(mine) == pristine
            return
        first = applied(theirs, report.path)
        assert first.is_clean
        assert sorted(first.applied) == sorted(report.samples)
        with open_dataset(mine) as one, open_dataset(theirs) as two:
            for sample in one.ids:
                assert one[sample].mask.value.equals(two[sample].mask.value)  # type: ignore[union-attr]
                assert one[sample].captions == list(two[sample].captions)
                assert dict(one[sample].attributes) == dict(two[sample].attributes)
        again = applied(theirs, report.path)
        assert (again.applied, sorted(again.unchanged)) == ({}, sorted(report.samples))
        with open_dataset(theirs) as dataset:
            for sample in report.samples:
                while dataset.document.undo_label(SampleId(sample)):
                    dataset.undo(sample)
            dataset.save()
        assert contents(theirs) == pristine


@settings(max_examples=60, deadline=None)
@given(*(st.lists(st.integers(0, 7), min_size=12, max_size=12) for _ in range(3)), st.sampled_from([None, *Keep]))
def test_pixels_that_one_side_changed_merge_and_those_of_both_are_conflicts(
    base: list[int], mine: list[int], theirs: list[int], keep: Keep | None
) -> None:
    o, m, t = (np.array(bits, np.uint32).reshape(3, 4) for bits in (base, mine, theirs))
    difference = MaskDifference.between(MaskLayers(o), MaskLayers(t))
    if difference is None:
        assert np.array_equal(o, t)
        return
    merged = difference.onto(MaskLayers(m.copy()), keep)
    conflict = (o != t) & (m != o) & (m != t)
    expected = np.where((o != t) & (~conflict | (keep is Keep.THEIRS)), t, m)
    assert np.array_equal(merged.value.bits, expected)
    assert bool(merged.conflicts) == bool(conflict.any())
    assert merged.is_changed == (not np.array_equal(expected, m))
    if conflict.any():
        assert merged.conflicts[0].startswith(f"{conflict.sum()} pixel")


@given(*(st.lists(st.sampled_from("abc"), max_size=5) for _ in range(3)), st.sampled_from([None, *Keep]))
def test_captions_of_both_sides_merge_by_line(
    base: list[str], mine: list[str], theirs: list[str], keep: Keep | None
) -> None:
    o, m, t = (Captions.from_texts(texts) for texts in (base, mine, theirs))
    difference = CaptionDifference.between(o, t)
    if difference is None:
        return
    assert difference.onto(o, keep).value.texts == t.texts
    assert not difference.onto(o).conflicts
    assert not difference.onto(t).is_changed
    merged = difference.onto(m, keep)
    if keep is Keep.THEIRS and difference.replaced is None:
        assert all(merged.value.texts[e.index] == e.after for e in difference.edits if e.index < len(m))
    if len(base) == len(mine) and difference.replaced is None:
        conflict = [a != c and b not in (a, c) for a, b, c in zip(base, mine, theirs, strict=True)]
        assert len(merged.conflicts) == sum(conflict)


def test_the_same_edits_give_the_same_bytes_and_no_pixel_of_a_photo(tmp_path: Path) -> None:
    for name in ("one", "two"):
        edit(write(tmp_path / name / "faces", EVERYTHING), layer=square(1, 1), caption="x", male=True)
        made(tmp_path / name / "faces", tmp_path / f"{name}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["masks.jsonl", "patch.json", "README.txt"]
        told = json.loads(archive.read("patch.json"))
        assert sum(member.file_size for member in archive.infolist()) < 6000
    assert told["facewright_patch"] == 1
    sample = told["samples"][0]
    assert list(sample) == ["id", "mask", "captions", "attributes", "files"]
    assert sample["captions"]["edits"] == [{"caption": 3, "from": "She has feature 2. ", "to": "x"}]
    assert sample["attributes"]["values"] == {"Male": {"from": False, "to": True}}
    changed = {"CelebAMask-HQ-attribute-anno.txt", "text/celeba-caption/17.txt"}
    assert set(sample["files"]) == changed | {"CelebAMask-HQ-mask-anno/0/00017_hair.png"}


def test_edits_elsewhere_in_a_sample_stay_and_the_same_places_are_conflicts(tmp_path: Path) -> None:
    mine, theirs = pair(tmp_path)
    with open_dataset(mine) as dataset:
        hair = dataset["17"].mask.layers["hair"].copy()  # type: ignore[union-attr]
    edit(mine, layer=hair | square(24, 24), caption="the maker's")
    patch = made(mine, tmp_path / "p.zip")
    with open_dataset(theirs) as dataset:
        sample = dataset["17"]
        sample.mask.layers["hat"] = square(0, 0, 4)  # type: ignore[union-attr]
        sample.captions[0] = "my own"
        dataset.save()
    assert applied(theirs, patch).is_clean
    with open_dataset(theirs) as dataset:
        sample = dataset["17"]
        assert np.array_equal(sample.mask.layers["hair"], hair | square(24, 24))  # type: ignore[union-attr]
        assert np.array_equal(sample.mask.layers["hat"], square(0, 0, 4))  # type: ignore[union-attr]
        assert (sample.captions[0], sample.captions[2]) == ("my own", "the maker's")


@pytest.mark.parametrize("keep", [None, *Keep])
def test_what_both_changed_is_left_alone_until_somebody_decides(tmp_path: Path, keep: Keep | None) -> None:
    mine, theirs = pair(tmp_path)
    with open_dataset(mine) as dataset:
        hair = dataset["17"].mask.layers["hair"].copy()  # type: ignore[union-attr]
    edit(mine, layer=hair | square(24, 24), caption="the maker's", male=True)
    patch = made(mine, tmp_path / "p.zip")
    with open_dataset(theirs) as dataset:
        dataset["17"].mask.layers["hat"] = square(28, 28, 4)  # type: ignore[union-attr]
        dataset["17"].captions[2] = "my own"
        dataset.save()
    before = contents(theirs)
    dry = applied(theirs, patch, keep=keep, dry_run=True)
    assert contents(theirs) == before
    report = applied(theirs, patch, keep=keep)
    assert (report.applied, report.conflicts) == (dry.applied, dry.conflicts)
    assert report.conflicts == {"17": ["16 pixels of the mask (x 28–31, y 28–31)", "caption 3"]}
    assert not report.is_clean
    with open_dataset(theirs) as dataset:
        sample = dataset["17"]
        theirs_hair = hair | square(24, 24)
        told = sample.captions[2], sample.attributes["Male"]
        if keep is None:
            assert contents(theirs) == before
        elif keep is Keep.THEIRS:
            assert told == ("the maker's", True)
            assert np.array_equal(sample.mask.layers["hair"], theirs_hair)  # type: ignore[union-attr]
            assert not sample.mask.layers["hat"].any()  # type: ignore[union-attr]
        else:
            assert told == ("my own", True)
            assert np.array_equal(sample.mask.layers["hat"], square(28, 28, 4))  # type: ignore[union-attr]
            kept = theirs_hair & ~square(28, 28, 4)
            assert np.array_equal(sample.mask.layers["hair"], kept)  # type: ignore[union-attr]


def test_a_mask_that_is_new_or_gone_is_so_elsewhere_too(tmp_path: Path) -> None:
    mine, theirs = pair(tmp_path)
    for folder in (mine, theirs):
        for path in folder.rglob("00017_*.png"):
            path.unlink()
    from app.document.edits import NewMask, PaintLayer

    with open_dataset(mine) as dataset:
        dataset.document.do(NewMask(SampleId("17"), (32, 32)))
        dataset.document.do(PaintLayer(SampleId("17"), "hat", square(3, 3)))
        for name in ("skin", "nose"):
            dataset["0"].mask.layers[name] = square(0, 0, 0)  # type: ignore[union-attr]
        dataset.save()
        report = dataset.make_patch(tmp_path / "p.zip")
    assert report.samples == ["0", "17"]
    assert applied(theirs, report.path).is_clean
    assert contents(mine) == contents(theirs)
    assert applied(theirs, report.path).unchanged == ["0", "17"]


def test_python_applies_in_memory_and_saves_when_told(tmp_path: Path) -> None:
    mine, theirs = pair(tmp_path)
    edit(mine, caption="x")
    patch = made(mine, tmp_path / "p.zip")
    before = contents(theirs)
    with open_dataset(theirs) as dataset:
        assert dataset.apply_patch(patch).applied == {"17": ["captions: 1 line"]}
        assert dataset["17"].captions[2] == "x"
        assert dataset.unsaved == ("17",)
        assert contents(theirs) == before
        assert dataset.document.undo_label(SampleId("17")) == "Apply patch"
        dataset.save()
    assert contents(theirs) == contents(mine)


def test_samples_that_are_not_there_or_unsaved_are_named(tmp_path: Path) -> None:
    mine, theirs = pair(tmp_path)
    with open_dataset(mine) as dataset:
        dataset["0"].attributes["Bald"] = True
        dataset["17"].captions[1] = "x"
        dataset.save()
        dataset["17"].captions[1] = "not saved"
    with open_dataset(mine) as dataset:
        report = dataset.make_patch(tmp_path / "p.zip")
        assert (report.samples, report.unsaved) == (["0", "17"], 1)
        assert apply_patch(dataset.document, report.path).skipped == {
            "17": "it has unsaved edits of an earlier session; decide on them in the window, or with facewright recover"
            " --apply or --drop"
        }
    (theirs / "CelebA-HQ-img/0.jpg").unlink()
    told = applied(theirs, report.path)
    assert (told.missing, list(told.applied)) == (["0"], ["17"])


def test_a_sample_of_another_size_or_another_table_is_skipped_whole(tmp_path: Path) -> None:
    from tests.formats.drawn import rgb

    mine, theirs = pair(tmp_path)
    edit(mine, layer=square(1, 1), caption="x")
    patch = made(mine, tmp_path / "p.zip")
    for path in theirs.rglob("00017_*.png"):
        path.write_bytes(rgb(square(1, 1, size=16)))
    before = contents(theirs)
    report = applied(theirs, patch)
    assert report.skipped == {"17": "the mask is 16×16 here and 32×32 in the patch; resize it"}
    assert contents(theirs) == before


def test_a_lost_original_is_named_and_the_rest_is_in_the_patch(tmp_path: Path) -> None:
    mine, _ = pair(tmp_path)
    edit(mine, caption="x")
    with open_dataset(mine) as dataset:
        dataset["0"].captions[2] = "y"
        dataset.save()
        objects = list(dataset.document.work.objects.glob("??/*"))
        assert len(objects) == 1
        shutil.rmtree(objects[0].parent)
        report = make_patch(dataset.document, tmp_path / "p.zip")
    assert list(report.skipped) == ["0", "17"]
    assert not (tmp_path / "p.zip").exists()


def _rewritten(patch: Path, target: Path, *, change: Any = None, masks: Any = None, more: Any = ()) -> Path:
    with zipfile.ZipFile(patch) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    if change is not None:
        document = json.loads(files["patch.json"])
        change(document)
        files["patch.json"] = json.dumps(document).encode()
    if masks is not None:
        document = json.loads(files["masks.jsonl"])
        masks(document)
        files["masks.jsonl"] = json.dumps(document).encode() + b"\n"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*files.items(), *more):
            archive.writestr(name, data)
    return target


def _set(*keys: Any, to: Any) -> Any:
    def change(document: Any) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    "broken",
    [
        {"change": _set("facewright_patch", to=2)},
        {"change": _set("samples", to={})},
        {"change": _set("samples", 0, "id", to=17)},
        {"change": _set("samples", 0, "mask", "width", to=10**9)},
        {"change": _set("samples", 0, "mask", "width", to=True)},
        {"change": _set("samples", 0, "mask", "original", to="x")},
        {"change": _set("samples", 0, "captions", "edits", 0, "caption", to=0)},
        {"change": _set("samples", 0, "captions", "edits", 0, "to", to=3)},
        {"change": _set("samples", 0, "attributes", to=[])},
        {"change": _set("samples", 0, to="17")},
        {"masks": _set("id", to="0")},
        {"masks": _set("repainted", to=[])},
        {"masks": _set("repainted", 0, "to", to=["beard"])},
        {"masks": _set("repainted", 0, "to", to="hair")},
        {"masks": _set("repainted", 0, "runs", to=[0, 5000])},
        {"masks": _set("repainted", 0, "runs", to=[-1, 2])},
        {"masks": _set("repainted", 0, "runs", to=[0, 2, 1, 2])},
        {"masks": _set("repainted", 0, "runs", to=[0, 2, 2**62, 2**62])},
        {"masks": _set("repainted", 0, "runs", to=[0, 2, 2**70, 1])},
        {"masks": _set("repainted", 0, "runs", to=[0.5, 2])},
        {"masks": _set("repainted", 0, "runs", to=[1])},
        {"more": [("../evil", b"x")]},
        {"more": [("/etc/passwd", b"x")]},
    ],
)
def test_a_patch_that_is_not_one_is_refused_and_changes_nothing(tmp_path: Path, broken: dict[str, Any]) -> None:
    mine, theirs = pair(tmp_path)
    edit(mine, layer=square(1, 1), caption="x", male=True)
    patch = _rewritten(made(mine, tmp_path / "p.zip"), tmp_path / "broken.zip", **broken)
    before = contents(theirs)
    with pytest.raises((DamagedFileError, UnsafeFileError), match=r"^broken\.zip"):
        applied(theirs, patch)
    assert contents(theirs) == before


def test_a_wrong_result_is_noticed_on_a_pristine_copy(tmp_path: Path) -> None:
    mine, theirs = pair(tmp_path)
    edit(mine, layer=square(1, 1))
    change = _set("samples", 0, "mask", "result", to="0" * 64)
    patch = _rewritten(made(mine, tmp_path / "p.zip"), tmp_path / "broken.zip", change=change)
    assert applied(theirs, patch).skipped == {"17": "the patch does not give what its maker had; get it again"}


def test_a_bomb_stops_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.workbench.patching import patch_file

    mine, theirs = pair(tmp_path)
    edit(mine, layer=square(1, 1))
    patch = made(mine, tmp_path / "p.zip")
    for member in ("patch.json", "masks.jsonl"):
        with monkeypatch.context() as context:
            context.setitem(patch_file._LIMITS, member, 50)
            with pytest.raises(UnsafeFileError, match="larger than allowed"):
                applied(theirs, patch)
            # The table of the archive may lie about sizes; what unpacks is counted too.
            context.setattr(patch_file.PatchReader, "_check_members", lambda self: None)
            with pytest.raises(UnsafeFileError, match="unpacks to more"):
                applied(theirs, patch)


def test_any_bytes_are_a_patch_or_refused_with_a_reason(tmp_path: Path) -> None:
    mine, theirs = pair(tmp_path)
    edit(mine, layer=square(1, 1), caption="x")
    data = made(mine, tmp_path / "p.zip").read_bytes()
    broken = tmp_path / "broken.zip"
    for at in range(0, len(data), 23):
        broken.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        with contextlib.suppress(FaceDataError):
            applied(theirs, broken, dry_run=True)
        broken.write_bytes(data[:at])
        with pytest.raises(FaceDataError):
            applied(theirs, broken, dry_run=True)


def test_the_command_line_makes_and_applies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine, theirs = pair(tmp_path)
    patch = tmp_path / "p.zip"
    assert main(["patch", "make", str(mine), str(patch)]) == 1
    assert "no patch was written" in capsys.readouterr().out
    edit(mine, caption="x")
    assert main(["patch", "make", str(mine), str(patch), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    counted = ["masks", "captions", "attributes", "sketches"]
    assert list(told) == ["patch", "samples", *counted, "bytes", "unsaved", "skipped"]
    assert (told["samples"], told["captions"]) == (["17"], 1)
    assert main(["patch", "make", str(mine), str(patch)]) == 3
    assert "is there already" in capsys.readouterr().err
    assert main(["patch", "make", str(mine), str(patch), "--overwrite", "--ids", "0"]) == 1
    assert main(["patch", "apply", str(theirs), str(patch), "--overwrite"]) == 2
    assert main(["patch", "apply", str(theirs), str(patch), "--mine", "--theirs"]) == 2
    assert main(["patch", "apply", str(theirs), str(patch), "--dry-run"]) == 0
    assert "1 sample would be changed" in capsys.readouterr().out
    edit(theirs, caption="y")
    assert main(["patch", "apply", str(theirs), str(patch), "--json"]) == 1
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert list(told) == ["dry_run", "applied", "unchanged", "conflicts", "skipped", "missing"]
    assert told["conflicts"] == [{"sample": "17", "what": ["caption 3"]}]
    assert "say --theirs or --mine" in captured.err
    assert main(["patch", "apply", str(theirs), str(patch), "--theirs"]) == 1
    assert (theirs / "text/celeba-caption/17.txt").read_bytes() == (mine / "text/celeba-caption/17.txt").read_bytes()
    assert main(["patch", "apply", str(theirs), str(tmp_path / "none.zip")]) == 3


def _celeba() -> dict[str, bytes]:
    from app.faces.attributes import ATTRIBUTE_NAMES
    from tests.formats.drawn import jpeg

    rows = "\n".join(f"{n:06d}.jpg  1 " + " ".join(["-1"] * 39) for n in (1, 2))
    files = {f"img_align_celeba/{n:06d}.jpg": jpeg(size=(178, 218)) for n in (1, 2)}
    return {**files, "list_attr_celeba.txt": f"2\n{' '.join(ATTRIBUTE_NAMES)} \n{rows}\n".encode()}


def _lafite() -> dict[str, bytes]:
    from tests.formats.drawn import jpeg

    files = {f"{n}.jpg": jpeg() for n in range(3)}
    return {**files, **{f"{n}.txt": b"A face.\nAnother line.\n" for n in range(3)}}


def _index_folders() -> dict[str, bytes]:
    from tests.formats.drawn import jpeg, png

    files = {f"image/{n}.jpg": jpeg() for n in range(3)}
    maps = {f"label/{n}.png": png((square(4, 4, 12) * 1 + square(6, 6, 4) * 12).astype("uint8")) for n in range(3)}
    return {**files, **maps}


def _change(dataset: Any, sample: str) -> None:
    """Every modality that the layout can hold."""
    from app.faces.sample import Modality

    face = dataset[sample]
    changed = 0
    if not dataset.document.read_only(SampleId(sample), Modality.MASK) and face.mask is not None:
        face.mask.layers["hat"] = square(0, 3, 5)
        changed += 1
    if not dataset.document.read_only(SampleId(sample), Modality.CAPTIONS) and face.captions:
        face.captions[0] = "He says otherwise."
        changed += 1
    if not dataset.document.read_only(SampleId(sample), Modality.ATTRIBUTES) and face.attributes:
        face.attributes["Young"] = not face.attributes["Young"]
        changed += 1
    assert changed


@pytest.mark.parametrize(
    ("layout", "files"),
    [
        ("celebamask-hq", EVERYTHING),
        ("mm-celeba-hq", EVERYTHING),
        ("index-masks", _index_folders()),
        ("celeba", _celeba()),
        ("lafite", _lafite()),
    ],
)
def test_every_layout_that_holds_edits_gives_and_takes_patches(
    tmp_path: Path, layout: str, files: dict[str, bytes]
) -> None:
    mine, theirs = write(tmp_path / "a", files), write(tmp_path / "b", files)
    with open_dataset(mine, layout=layout, scheme="celebamask-hq") as dataset:
        sample = dataset.ids[1]
        _change(dataset, sample)
        dataset.save()
        report = dataset.make_patch(tmp_path / "p.zip")
    assert (report.samples, report.skipped) == ([sample], {})
    with open_dataset(theirs, layout=layout, scheme="celebamask-hq") as dataset:
        assert list(dataset.apply_patch(report.path).applied) == [sample]
        dataset.save()
    assert contents(mine) == contents(theirs)


def test_a_sample_that_somebody_else_edits_is_named_and_left_alone(tmp_path: Path) -> None:
    mine, theirs = pair(tmp_path)
    edit(mine, caption="x", male=True)
    patch = made(mine, tmp_path / "p.zip")
    with open_dataset(theirs) as window:
        window["17"].captions[0] = "in the making"
        window.document.wait()
        before = contents(theirs)
        report = applied(theirs, patch)
        assert list(report.skipped) == ["17"]
        assert contents(theirs) == before


def test_originals_that_cannot_be_laid_out_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.workbench.patching import earlier

    mine, _ = pair(tmp_path)
    edit(mine, caption="x")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(earlier, "_lay_out", full)
    with open_dataset(mine) as dataset:
        report = dataset.make_patch(tmp_path / "p.zip")
    assert list(report.skipped) == ["17"]
    assert "No space left" in report.skipped["17"]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_other_sketches_are_named_and_not_in_the_patch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, _ = pair(tmp_path)
    with open_dataset(one) as dataset:
        dataset.draw_sketches(ids=["0", "17"], which="all", save=True)
        assert dataset.make_patch(tmp_path / "a.zip").sketches == ["0", "17"]
    assert main(["patch", "make", str(one), str(tmp_path / "a.zip")]) == 1
    told = capsys.readouterr()
    assert "nothing but sketches was changed here" in told.out
    assert "not in the patch: the sketches of 2 samples" in told.err
    edit(one, caption="She is here.")
    assert main(["patch", "make", str(one), str(tmp_path / "a.zip"), "--json", "--quiet"]) == 1
    assert json.loads(capsys.readouterr().out)["sketches"] == ["0", "17"]
