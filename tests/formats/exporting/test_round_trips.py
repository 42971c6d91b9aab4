"""What is written in a format is read back by the layout of the same name, but for what the format says it loses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.faces.sample import Loaded, Modality, SampleId
from app.faces.store import SampleStore
from app.formats import all_formats, open_store
from app.formats.exporting.options import ExportOptions, Kind, choices_of, made
from app.formats.exporting.protocol import ExportFormat
from app.formats.exporting.registry import BUILT_IN, export_format
from app.formats.registry import BUILT_IN as LAYOUTS
from app.workbench.demo import make_demo
from tests.formats.drawn import MULTI_MODAL
from tests.formats.exporting.plugged import plug_in
from tests.formats.exporting.run import Exported, export
from tests.tiny_dataset import EVERYTHING, write

READ_BACK = [each.name for each in BUILT_IN if each.name in {layout.name for layout in LAYOUTS}]
READERS = {
    Modality.PHOTO: "read_photo",
    Modality.MASK: "read_mask",
    Modality.SKETCH: "read_sketch",
    Modality.CAPTIONS: "read_captions",
    Modality.ATTRIBUTES: "read_attributes",
    Modality.POSE: "read_pose",
}


@pytest.fixture(scope="module", params=["demo", "tiny", "index maps"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SampleStore:
    """Faces with overlapping classes and everything; odd small samples that lack this and that; index maps."""
    folder = tmp_path_factory.mktemp("source") / "faces"
    if request.param == "demo":
        make_demo(folder, count=3)
    else:
        write(folder, EVERYTHING if request.param == "tiny" else MULTI_MODAL)
    return open_store(folder)


@pytest.mark.parametrize("name", [*READ_BACK, "diary"])
def test_what_a_format_holds_comes_back(
    name: str, source: SampleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in(tmp_path, monkeypatch)
    chosen = export_format(name)
    splits = {sample: "test" if at % 3 == 1 else "train" for at, sample in enumerate(source.sample_ids)}
    exported = export(chosen, source, None, unresized(chosen), tmp_path / "out", splits=splits)
    back = open_store(tmp_path / "out", layout=name)
    missing = {(gone.sample, gone.modality) for gone in exported.left_out}
    expected = [sample for sample in source.sample_ids if (sample, None) not in missing]
    # A layout whose ids are paths tells the split in them.
    ids = {sample: each for sample in expected for each in _spelled(sample, splits[sample]) if each in back}
    assert sorted(back.sample_ids) == sorted(ids.values())
    assert list(ids) == expected
    for sample in expected:
        assert back.split_of(ids[sample]) in (None, splits[sample])
        for modality in chosen.holds:
            if modality not in chosen.losses and (sample, modality) not in missing:
                assert told(back, ids[sample], modality) == told(source, sample, modality), (sample, modality)
        for modality in set(Modality) - chosen.holds:
            assert not back.has(ids[sample], modality), (sample, modality)


@pytest.mark.parametrize("name", READ_BACK)
def test_an_export_is_recognised_for_what_it_is(name: str, source: SampleStore, tmp_path: Path) -> None:
    export(name, source, None, None, tmp_path / "out")
    for extra in ("manifest.json", "report.json", "report.txt", "LICENSE-NOTICE.txt"):
        (tmp_path / "out" / extra).write_text("{}")
    found = {layout.name: layout.detect(tmp_path / "out").confidence for layout in all_formats()}
    assert found[name] > 0
    assert open_store(tmp_path / "out").sample_ids == open_store(tmp_path / "out", layout=name).sample_ids


@pytest.mark.parametrize("each", BUILT_IN, ids=lambda each: each.name)
def test_a_format_is_what_it_declares(each: ExportFormat, source: SampleStore, tmp_path: Path) -> None:
    assert each.losses.keys() <= each.holds
    assert each.title
    assert each.summary
    one = export(each, source, None, None, tmp_path / "one")
    assert contents(one) == contents(export(each, source, None, None, tmp_path / "two")), "the same bytes each time"
    assert len({path.casefold() for path in contents(one)}) == len(one.files)
    only = frozenset({min(each.holds, key=lambda modality: modality.value)})
    export(each, source, None, each.options(include=only), tmp_path / "three")


def _spelled(sample: SampleId, split: str) -> tuple[SampleId, SampleId]:
    return sample, SampleId(f"{split}__{sample}")


def unresized(chosen: ExportFormat) -> ExportOptions:
    """The defaults, but that no number which may be left open (a size) is given."""
    open_numbers = [each.name for each in choices_of(chosen.options) if each.optional and each.kind is Kind.WHOLE]
    return made(chosen.options, dict.fromkeys(open_numbers))


def contents(exported: Exported) -> dict[str, bytes]:
    return exported.contents


def told(store: SampleStore, sample: SampleId, modality: Modality) -> object:
    """The value in a form that compares; None where there is none."""
    loaded: Loaded[object] = getattr(store, READERS[modality])(sample)
    value = loaded.value
    match modality:
        case _ if value is None:
            return None
        case Modality.PHOTO | Modality.SKETCH:
            assert isinstance(value, np.ndarray)
            return value.shape, value.tobytes()
        case Modality.MASK:
            bits = value.bits  # type: ignore[attr-defined]
            return bits.shape, bits.tobytes()
        case Modality.CAPTIONS:
            return value.texts  # type: ignore[attr-defined]
        case Modality.ATTRIBUTES:
            known = {name: held for name, held in dict(value).items() if held is not None}  # type: ignore[call-overload]
            return known or None
    return value if value == value else repr(value)  # an angle may be NaN
