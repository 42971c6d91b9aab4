"""Words in captions: what counts as one, and that nobody's text is taken for syntax."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.captions import phrase
from app.catalog.catalog import Catalog
from app.catalog.places import CatalogPlaces
from app.faces.sample import SampleId
from tests.catalog.faces_store import Face, store_of

LINES = (
    "She has a 5 o'clock shadow.",
    "Wavy hair, blond; a HAT",
    "Élan: naïve café",
    "the woman-in-red wears glasses",
    "blond wavy hair",
    "男 wears 帽子",
    "",
    "a surrogate \udcff here",
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with Catalog.open(CatalogPlaces(tmp_path_factory.mktemp("words"))) as opened:
        opened.take_names(store_of(len(LINES)))
        opened.put_captions([(SampleId(str(k)), b"", [line]) for k, line in enumerate(LINES)])
        yield opened


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("hair", [1, 4]),
        ("HAIR", [1, 4]),
        ("wavy hair", [1, 4]),
        ("hair wavy", []),
        ("hair blond", [1]),
        ("hai", []),
        ("o'clock", [0]),
        ("o clock shadow", [0]),
        ("elan", [2]),
        ("NAÏVE cafe", [2]),
        ("woman in red", [3]),
        ("woman-in", [3]),
        ("帽子", [5]),
        ("surrogate", [7]),
        ("", []),
        ("?!", []),
        ('"', []),
        ('hat" OR "hair', []),
        ("hat OR hair", []),
        ("text:hat", []),
        ("NEAR(hat)", []),
        ("hat\0hair", []),
    ],
)
def test_words_match_whole_whatever_case_and_accents(catalog: Catalog, words: str, rows: list[int]) -> None:
    assert catalog.rows_with(phrase(words)).tolist() == rows


@pytest.mark.parametrize(
    ("words", "rows"), [("gla", [3]), ("wavy h", [1, 4]), ("w", [1, 3, 4, 5]), ("帽", [5]), ("x", [])]
)
def test_the_last_word_may_go_on(catalog: Catalog, words: str, rows: list[int]) -> None:
    assert catalog.rows_with(phrase(words, is_prefix=True)).tolist() == rows


@given(st.text(), st.booleans())
def test_any_text_is_words_and_no_syntax(catalog: Catalog, text: str, is_prefix: bool) -> None:
    match = phrase(text, is_prefix=is_prefix)
    rows = catalog.rows_with(match)
    assert np.array_equal(catalog.rows_with(match, limit=1), rows[:1])
    for row in rows.tolist():
        assert catalog.lines_with(match, SampleId(str(row))) == [0]


@pytest.mark.parametrize("match", ["hat AND", '"hat', "nobody:hat", "^", "*"])
def test_an_expression_that_is_none_is_a_mistake_and_no_damage(catalog: Catalog, match: str) -> None:
    with pytest.raises(ValueError, match="no match expression"):
        catalog.rows_with(match)
    assert catalog.renewals == 0
    assert catalog.rows_with(phrase("hat")).tolist() == [1]


def test_hits_come_in_the_order_of_samples_and_once_each(tmp_path: Path) -> None:
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        catalog.take_names(store_of({str(k): Face() for k in range(10, 20)}))
        catalog.take_names(store_of({str(k): Face() for k in range(20)}))
        catalog.put_captions([(SampleId(str(k)), b"", ["a hat", "no hat", "hat hat"]) for k in range(0, 20, 2)])
        everything = catalog.rows_with(phrase("hat")).tolist()
        assert everything == list(range(0, 20, 2))
        for limit in (0, 1, 3, 10, 11):
            assert catalog.rows_with(phrase("hat"), limit).tolist() == everything[:limit]
        assert catalog.lines_with(phrase("no"), SampleId("4")) == [1]
