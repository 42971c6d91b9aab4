"""Searches of every kind, for tests that must hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from app.catalog.query.syntax import (
    And,
    Caption,
    Comparison,
    Flag,
    HasAttribute,
    HasClass,
    IdRange,
    Ids,
    Measure,
    Name,
    Named,
    Node,
    Not,
    Note,
    Or,
    Query,
    SortKey,
    Words,
)
from app.catalog.query.vocabulary import ANGLES, ATTRIBUTE_VALUES, COUNTED, STATES, THINGS
from app.faces.classes import CLASSES
from tests.catalog.query.plain_samples import ATTRIBUTES, SPLITS

VOCABULARY = (
    "hat",
    "hats",
    "wavy hair",
    "a",
    "And",
    "or",
    "5 o'clock",
    "well-groomed",
    "x:y",
    'say "hi"',
    "a\\b",
    "1",
    "not",
)
texts = st.builds(Words, st.sampled_from(VOCABULARY), st.booleans())
wild_texts = st.builds(
    Words, st.text(min_size=1, max_size=9).filter(lambda text: any(c.isalnum() for c in text)), st.booleans()
)


def some(values: st.SearchStrategy) -> st.SearchStrategy:
    """One to three of them, as a tuple."""
    return st.lists(values, min_size=1, max_size=3).map(tuple)


names = st.builds(
    Name, st.sampled_from(("to do", "done", "un", "x,y", "(a)", '"', "17-20", "über", "*", "a=b", "\\")), st.booleans()
)
numbers = st.one_of(st.integers(-3, 110).map(float), st.sampled_from((0.5, 12.25, 33.333333333, 1e-7)))
operators = st.sampled_from(("<", "<=", "=", "!=", ">=", ">"))
class_names = st.sampled_from(CLASSES).map(lambda face_class: face_class.name)
areas = st.builds(Measure, st.sampled_from(("area", "seen")), class_names)
others = st.one_of(st.builds(Measure, st.just("count"), st.sampled_from(COUNTED)), st.sampled_from(ANGLES).map(Measure))
ranges = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: IdRange(min(pair), max(pair)))
id_items = st.one_of(ranges, st.builds(Name, st.sampled_from(("1", "12", "7", "x-1")), st.booleans()))
celeba_items = st.one_of(ranges, st.builds(Name, st.sampled_from(("1", "12", "7"))))
attribute_names = st.sampled_from((*ATTRIBUTES, "wearing hat", "YOUNG")).map(Name)
split_names = st.one_of(
    st.sampled_from((*SPLITS, "none", "Test")).map(Name), st.builds(Name, st.just("t"), st.just(True))
)

terms: st.SearchStrategy[Node] = st.one_of(
    st.builds(Caption, some(texts)),
    st.builds(Note, texts),
    st.builds(HasClass, some(st.integers(0, 18))),
    st.builds(HasAttribute, some(attribute_names), st.sampled_from(ATTRIBUTE_VALUES)),
    st.builds(Named, st.sampled_from(("tag", "finding")), some(names)),
    st.builds(Named, st.just("split"), some(split_names)),
    st.builds(Named, st.just("state"), some(st.sampled_from(STATES).map(Name))),
    st.builds(Named, st.sampled_from(("has", "missing")), some(st.sampled_from(THINGS).map(Name))),
    st.builds(Flag, st.sampled_from(("edited", "unsaved")), st.booleans()),
    st.builds(Ids, st.just("id"), some(id_items)),
    st.builds(Ids, st.just("celeba"), some(celeba_items)),
    st.builds(Comparison, areas, operators, numbers, st.sampled_from(("%", "px"))),
    st.builds(Comparison, others, operators, numbers),
)


def groups(inside: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """And, or, not over some nodes."""
    several = st.lists(inside, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, inside))


roots = st.recursive(terms, groups, max_leaves=8)
wild_terms = st.one_of(
    st.builds(Caption, some(wild_texts)),
    st.builds(Note, wild_texts),
    st.builds(
        Named, st.sampled_from(("tag", "split", "finding")), some(st.builds(Name, st.text(min_size=1), st.booleans()))
    ),
)
wild_captions = st.recursive(st.builds(Caption, some(wild_texts)), groups, max_leaves=4)
wild_queries = st.builds(Query, wild_captions)
keys = st.one_of(
    areas,
    others,
    st.sampled_from(("id", "celeba", "split", "state")).map(Measure),
    st.builds(Measure, st.just("similar"), st.sampled_from(("17", "a b", "x(1)"))),
)
queries = st.builds(
    Query,
    st.none() | st.recursive(terms | wild_terms, groups, max_leaves=8),
    some(st.builds(SortKey, keys, st.booleans())) | st.just(()),
)
