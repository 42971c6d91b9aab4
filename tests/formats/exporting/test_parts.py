"""What the job may ask of a writer besides whole parts: parts that lack samples, and one sample alone."""

from __future__ import annotations

import pytest

from app.faces.store import SampleStore
from app.formats import open_store
from app.formats.exporting.folder import MemoryFolder
from app.formats.exporting.protocol import ExportItem
from app.formats.exporting.registry import BUILT_IN, export_format
from app.workbench.demo import make_demo
from tests.formats.exporting.run import Files


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SampleStore:
    folder = tmp_path_factory.mktemp("parts") / "faces"
    make_demo(folder, count=2)
    return open_store(folder)


@pytest.mark.parametrize("name", [each.name for each in BUILT_IN])
def test_a_part_is_written_without_its_first_sample(name: str, store: SampleStore) -> None:
    chosen = export_format(name)
    items = [ExportItem(sample, sample) for sample in store.sample_ids]
    writer = chosen.writer(Files(store), items, chosen.options())
    (part,) = writer.parts()
    folder = MemoryFolder(store.root)
    written = writer.write(part[1:], folder)
    assert not any(part[0].sample == gone.sample for gone in written.left_out)
    whole = MemoryFolder(store.root)
    writer.write(part, whole)
    assert {file.path for file in folder.files} <= {file.path for file in whole.files}
