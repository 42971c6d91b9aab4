"""A file of ids as people have them: one a line, with commas, in ranges, with ids that hold spaces."""

from __future__ import annotations

from app.faces.sample import SampleId
from app.ui.exporting.export_list import ids_in

KNOWN = [SampleId(name) for name in ("0", "1", "2", "17", "00021", "a b", "x-3")]


def test_ids_commas_and_ranges() -> None:
    assert ids_in("17\n0, 1\n\n2-30", KNOWN) == (["17", "0", "1", "2", "00021"], [])


def test_an_id_that_looks_like_words_or_a_range_is_taken_as_it_is() -> None:
    assert ids_in("a b\nx-3\n", KNOWN) == (["a b", "x-3"], [])


def test_what_the_dataset_lacks_is_told() -> None:
    assert ids_in("17 99 40-50 ²", KNOWN) == (["17"], ["99", "40-50", "²"])


def test_naming_a_sample_twice_is_naming_it_once() -> None:
    assert ids_in("17 17 0-17", KNOWN) == (["17", "0", "1", "2"], [])
