"""What is found is what a reading of every sample finds, as far as it is known."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.columns import Columns
from app.catalog.query import QueryError, explain, mask_of, needs_of, parse, search
from app.catalog.query.explain import Reason
from app.catalog.query.syntax import Node, Not, Query
from app.faces.review import Review, ReviewState
from tests.catalog.query.any_search import roots, wild_queries
from tests.catalog.query.plain_samples import ATTRIBUTES, SPLITS, Plain, PlainCatalog, holds

captions = st.sampled_from(
    (
        "She wears a hat.",
        "a man, WELL-GROOMED",
        "wavy hair and hats",
        "5 o'clock",
        'and I say: "hi" or not',
        "",
        "1 a\\b x y",
    )
)
reviews = st.builds(
    Review,
    st.sampled_from(ReviewState),
    st.sets(st.sampled_from(("to do", "Done", "undone", "17-20", "über", "*"))).map(lambda tags: tuple(sorted(tags))),
    st.sampled_from(("", "the hat\nis wavy hair", "5 o'clock, well-groomed")),
)
areas = st.dictionaries(st.sampled_from(("hair", "hat", "skin", "l_eye")), st.integers(0, 25))
samples = st.builds(
    Plain,
    st.just(""),
    captions=st.none() | st.lists(captions, max_size=3),
    attributes=st.none() | st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from((True, False, None))),
    areas=st.none() | areas,
    pixels=st.sampled_from((100, 100, 0)),
    named=st.none() | st.frozensets(st.sampled_from(("hair", "hat", "nose"))),
    split=st.none() | st.sampled_from(SPLITS),
    yaw=st.none() | st.integers(-30, 30).map(float),
    review=reviews,
    edited=st.booleans(),
    unsaved=st.booleans(),
    findings=st.frozensets(st.sampled_from(("specks", "to do", "undone"))),
    celeba=st.none() | st.integers(0, 40).map(str),
    sketch=st.booleans(),
)
IDS = ("1", "7", "12", "17", "25", "x-1", "x-12")


@st.composite
def datasets(draw: st.DrawFn) -> list[Plain]:
    """A handful of samples with ids of their own."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=len(IDS)))
    made = [draw(samples) for _ in ids]
    for sample, sample_id in zip(made, sorted(ids, key=IDS.index), strict=True):
        sample.id = sample_id
    for row, sample in enumerate(made):
        if sample.celeba is not None:
            sample.celeba = str(int(sample.celeba) * len(IDS) + row)
    return made


@given(datasets(), roots)
def test_hits_equal_a_reading_of_every_sample(dataset: list[Plain], root: Node) -> None:
    catalog = PlainCatalog(dataset)
    answers = [holds(root, sample) for sample in dataset]
    hits = search(catalog, Query(root))
    assert hits.ids == tuple(sample.id for sample, answer in zip(dataset, answers, strict=True) if answer)
    assert hits.unknown == answers.count(None)
    assert mask_of(catalog, Query(root)).tolist() == [answer is True for answer in answers]
    opposite = search(catalog, Query(Not(root)))
    assert hits.total + opposite.total + hits.unknown == len(dataset)
    assert opposite.unknown == hits.unknown


@given(datasets(), roots)
def test_every_hit_can_be_explained(dataset: list[Plain], root: Node) -> None:
    catalog = PlainCatalog(dataset)
    for sample in search(catalog, Query(root)).ids:
        for reason in explain(catalog, Query(root), sample):
            assert reason.text
            assert all(0 <= start < end <= len(reason.text) for start, end in reason.spans)


@given(wild_queries)
def test_no_word_is_syntax_to_the_caption_index(query: Query) -> None:
    catalog = PlainCatalog(THREE)
    hits = search(catalog, query)
    assert hits.unknown <= 1
    for sample in hits.ids:
        explain(catalog, query, sample)


REJECTED = Review(ReviewState.REJECTED, ("unclear",), "look at the hat")
THREE = [
    Plain(
        "1",
        ["A hat on wavy hair."],
        {"Smiling": True, "Young": False},
        {"hair": 30, "hat": 5},
        split="train",
        yaw=12.5,
        review=REJECTED,
        findings=frozenset({"specks"}),
        celeba="119613",
    ),
    Plain("2", [], {}, {"hair": 60}, edited=True),
    Plain("17", None, None, None, split="test"),
]


@pytest.fixture
def catalog() -> PlainCatalog:
    return PlainCatalog(THREE)


@pytest.mark.parametrize(
    ("text", "ids", "unknown"),
    [
        ("", "1 2 17", 0),
        ("hat", "1", 1),
        ("-hat", "2", 1),
        ("hat or split:test", "1 17", 0),
        ("-hat split:train", "", 0),
        ("area(hair)>30%", "2", 1),
        ("area(hair)>=30%", "1 2", 1),
        ("area(background)=65px", "1", 1),
        ("attr:young=no", "1", 1),
        ("attr:young=unknown", "2", 1),
        ("-attr:Smiling", "2", 1),
        ("yaw>12", "1", 1),
        ("-yaw>12", "2", 1),
        ("celeba:100000-200000", "1", 1),
        ("celeba:0119613", "1", 1),
        ("id:017", "17", 0),
        ("note:HAT tag:un* finding:specks state:rejected", "1", 0),
        ("split:none", "2", 0),
        ("id:2-17", "2 17", 0),
    ],
)
def test_a_search_finds(catalog: PlainCatalog, text: str, ids: str, unknown: int) -> None:
    hits = search(catalog, text)
    assert (" ".join(hits.ids), hits.unknown) == (ids, unknown)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("sort:id desc", "17 2 1"),
        ("sort:area(hair)", "1 2 17"),
        ("sort:area(hair) desc", "2 1 17"),
        ("sort:area(hat)", "2 1 17"),
        ("sort:yaw desc", "1 2 17"),
        ("sort:yaw", "1 2 17"),
        ("sort:split sort:id desc", "1 17 2"),
        ("sort:count(tags) desc", "1 2 17"),
        ("sort:count(tags) sort:id desc", "17 2 1"),
        ("sort:celeba desc", "1 2 17"),
        ("sort:state", "2 17 1"),
        ("sort:similar(2)", "2 1 17"),
        ("sort:similar(2) desc", "1 2 17"),
    ],
)
def test_hits_are_in_the_order_asked_for_and_unknown_ones_last(catalog: PlainCatalog, text: str, ids: str) -> None:
    assert " ".join(search(catalog, text).ids) == ids


def test_a_limit_leaves_the_count(catalog: PlainCatalog) -> None:
    hits = search(catalog, "sort:id desc", limit=2)
    assert (hits.ids, hits.total) == (("17", "2"), 3)


@pytest.mark.parametrize(
    ("text", "blamed", "suggestion", "said"),
    [
        ("hat attr:Smilling", "Smilling", "Smiling", "no attribute Smilling; did you mean Smiling?"),
        ('attr:"no beard"', '"no beard"', None, "there are Smiling, Young, Wearing_Hat"),
        ("split:tests", "tests", "test", "did you mean test?"),
        ("sort:similar(99)", "similar(99)", None, "no sample 99"),
    ],
)
def test_names_the_dataset_lacks_are_pointed_at(
    catalog: PlainCatalog, text: str, blamed: str, suggestion: str | None, said: str
) -> None:
    with pytest.raises(QueryError, match=said.replace("?", r"\?")) as caught:
        search(catalog, text)
    assert (text[caught.value.start : caught.value.end], caught.value.suggestion) == (blamed, suggestion)


def test_an_error_in_the_order_of_a_saved_search_points_at_its_name(catalog: PlainCatalog) -> None:
    with pytest.raises(QueryError, match="no sample 99") as caught:
        search(catalog, parse("hat @alike", {"alike": "class:hat or class:hair sort:similar(99)"}))
    assert (caught.value.start, caught.value.end) == (4, 10)


def test_a_tag_that_nobody_gave_is_no_error_but_said(catalog: PlainCatalog) -> None:
    hits = search(catalog, "tag:uncler")
    assert (hits.total, hits.notes) == (0, ("no sample has the tag uncler; did you mean unclear?",))


def test_an_attribute_before_the_tables_are_read_is_unknown() -> None:
    catalog = PlainCatalog(THREE)
    catalog.columns.attribute_names = ()
    catalog.columns.tabled[:] = False
    assert search(catalog, "attr:Whatever").unknown == 3
    catalog.columns.tabled[:] = True
    with pytest.raises(QueryError, match="the dataset has no attributes"):
        search(catalog, "attr:Whatever")


def test_hits_say_why(catalog: PlainCatalog) -> None:
    text = 'hat "wavy hair"* area(hair)>1px class:hat,nose attr:Smiling note:hat tag:un* -class:nose id:1 sort:yaw'
    assert explain(catalog, text, catalog.columns.ids[0]) == [
        Reason("hat", "A hat on wavy hair.", 0, ((2, 5),)),
        Reason('"wavy hair"*', "A hat on wavy hair.", 0, ((9, 18),)),
        Reason("area(hair)>1px", "hair covers 30 px"),
        Reason("class:hat,nose", "has hat"),
        Reason("attr:Smiling", "Smiling: yes"),
        Reason("note:hat", "look at the hat", None, ((12, 15),)),
        Reason("tag:un*", "tag: unclear"),
        Reason("id:1", "sample 1"),
        Reason("sort:yaw", "yaw 12.5°"),
    ]
    assert explain(catalog, "sort:area(hair)", catalog.columns.ids[2]) == [
        Reason("sort:area(hair)", "hair is not indexed yet")
    ]


def test_a_term_that_comes_twice_is_looked_up_once(catalog: PlainCatalog) -> None:
    search(catalog, "hat or (hat -hat) or " + " ".join(["hat"] * 50))
    assert catalog.looked_up == ['"hat"']


def test_classes_need_the_pixels_only_where_names_do_not_tell(catalog: PlainCatalog) -> None:
    assert needs_of(parse("class:hat count(classes)>3"), catalog.columns) == {"contents"}
    catalog.columns.classes_known[:] = True
    assert needs_of(parse("class:hat count(classes)>3 hat"), catalog.columns) == {"captions"}


def test_thirty_thousand_samples_are_filtered_at_once() -> None:
    count = 30_000
    columns = Columns(map(str, range(count)), np.arange(count), attribute_names=ATTRIBUTES)
    columns.classes[:] = np.random.default_rng(1).integers(0, 1 << 18, count)
    columns.yes[:] = np.random.default_rng(2).integers(0, 16, count)
    columns.classes_known[:] = columns.tabled[:] = True

    catalog = PlainCatalog(THREE)
    catalog.columns = columns
    query = parse("class:hat -attr:Young attr:Smiling")
    best = min(_timed(lambda: search(catalog, query)) for _ in range(20))
    looped = _timed(lambda: [row for row in range(count) if columns.classes[row] & 1 and columns.yes[row] & 2])
    assert best < looped / 10


def _timed(work: object) -> float:
    began = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - began
