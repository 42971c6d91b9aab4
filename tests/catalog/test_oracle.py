"""Searches find what reading all files finds. ``tests/benchmarks/check_oracle.py`` asks the same at full scale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalog.catalog import Catalog
from app.catalog.places import CatalogPlaces
from app.catalog.query import search
from app.formats import open_store
from app.workbench.index import build_index
from tests.benchmarks.full_tree import make_full_tree
from tests.catalog.brute_force import QUESTIONS, Faces, Question

SAMPLES = 240


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalog, Faces]]:
    folder: Path = tmp_path_factory.mktemp("oracle")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        root = make_full_tree(folder / "faces", SAMPLES)
        places = CatalogPlaces.of(root)
        report = build_index(open_store(root), places, parts=("tables", "captions", "contents"))
        assert report.problems == []
        catalog = Catalog.open(places)
        yield catalog, Faces(root).read()
        catalog.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.search)
def test_a_search_finds_what_the_files_say(asked: tuple[Catalog, Faces], question: Question) -> None:
    catalog, faces = asked
    hits = search(catalog, question.search)
    assert list(hits.ids) == faces.answer(question)
    assert hits.unknown == 0


def test_the_questions_tell_samples_apart(asked: tuple[Catalog, Faces]) -> None:
    found = [len(asked[1].answer(question)) for question in QUESTIONS]
    assert len([count for count in found if 0 < count < SAMPLES]) >= 20
