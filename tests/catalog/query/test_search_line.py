"""What the search line does while one types and clicks: completing, and terms that come and go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.query import QueryError, SavedSearches, active_terms, complete, parse, toggle_term
from app.catalog.query.syntax import And, Node, Not, Query
from app.faces.errors import InvalidEditError
from app.faces.review import Review
from tests.catalog.query.any_search import queries, terms
from tests.catalog.query.plain_samples import Plain, PlainCatalog

CATALOG = PlainCatalog(
    [
        Plain(
            "1", areas={"hat": 3, "hair": 9}, attributes={"Smiling": True}, split="test", review=Review(tags=("to do",))
        ),
        Plain("2", areas={"hat": 3}, attributes={}, findings=frozenset({"specks"})),
    ]
)


@pytest.fixture(autouse=True)
def _own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def completed(typed: str) -> list[str]:
    """The texts that the offers make of ``typed``, with | for the cursor."""
    cursor = typed.index("|")
    text = typed.replace("|", "")
    return [text[: each.start] + each.text + text[each.end :] for each in complete(text, cursor, CATALOG)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cla|", ["class:"]),
        ("a -cla|", ["a -class:"]),
        ("(cla|", ["(class:"]),
        ("cla|:hat", ["class:hat"]),
        ("cla|ss:hat", []),
        ("ar|", ["area("]),
        ("ha|", ["has:", "class:hair", "class:hat", "attr:Wearing_Hat"]),
        ("smil|", ["attr:Smiling"]),
        ("class:ha|", ["class:hair", "class:hat"]),
        ("class:h|at or b", ["class:hair or b"]),
        ("class:hat,ha|", ["class:hat,hair"]),
        ("class:lower|", ["class:l_lip"]),
        ("class:brow|", ["class:l_brow", "class:r_brow"]),
        ("attr:clock|", ["attr:5_o_Clock_Shadow"]),
        ("attr:Young=n|", ["attr:Young=no", "attr:Young=unknown"]),
        ("split:|", ["split:train", "split:test", "split:none"]),
        ("state:re|", ["state:rejected"]),
        ("tag:t|", ['tag:"to do"']),
        ('tag:"t|', ['tag:"to do"']),
        ('tag:"t|o do"', []),
        ('tag:"t|ea" x', ['tag:"to do" x']),
        ('tag:"t| class:"left eye"', ['tag:"to do" class:"left eye"']),
        ("finding:|", ["finding:specks"]),
        ("missing:sk|", ["missing:sketch"]),
        ("edited:|", ["edited:yes", "edited:no"]),
        ("area(ha|", ["area(hair)", "area(hat)"]),
        ("area(ha|)>3%", ["area(hair)>3%", "area(hat)>3%"]),
        ("count(t|", ["count(tags)"]),
        ("sort:s|", ["sort:split", "sort:state", "sort:seen(", "sort:similar("]),
        ("sort:area(ha|", ["sort:area(hair)", "sort:area(hat)"]),
        ("sort:area(hair) |", ["sort:area(hair) desc", "sort:area(hair) asc"]),
        ("sort:yaw d|", ["sort:yaw desc"]),
        ('"wavy ha|', []),
        ("note:ha|", []),
        ("class:hat |", []),
        ("id:1|", []),
    ],
)  # fmt: skip
def test_the_word_at_the_cursor_is_completed(typed: str, first: list[str]) -> None:
    assert completed(typed)[: max(1, len(first))] == first


def test_an_empty_line_shows_what_there_is() -> None:
    assert {"class:", "attr:", "area(", "sort:"} <= set(completed("|"))


def test_an_offer_says_what_it_is_and_how_many() -> None:
    offers = {offer.text: offer.detail for offer in complete("class:ha", 8, CATALOG)}
    assert offers == {"hair": "Hair, 1", "hat": "Hat, 2"}


def test_saved_searches_are_completed() -> None:
    SavedSearches.load().add("two words", "class:hat")
    assert completed("@t|") == ['@"two words"']


@given(
    st.text(max_size=20)
    | st.lists(st.sampled_from(('"', "(", "class:", "area(", "-", " ", "ha", ",", "\\", "@", "sort:"))).map("".join),
    st.integers(-1, 25),
)
def test_completing_never_fails(text: str, cursor: int) -> None:
    for offer in complete(text, cursor, CATALOG):
        assert 0 <= offer.start <= offer.end <= len(text)


@pytest.mark.parametrize(
    ("text", "term", "after"),
    [
        ("", "class:hat", "class:hat"),
        ("glasses", "class:hat", "glasses class:hat"),
        ("glasses class:hat", "class:hat", "glasses"),
        ("class:Hat glasses", "class:hat", "glasses"),
        ("a   class:hat   b", "class:hat", "a b"),
        ("a and class:hat", "class:hat", "a"),
        ("class:hat and a", "class:hat", "a"),
        ("a and class:hat and b", "class:hat", "a and b"),
        ("brand class:hat", "class:hat", "brand"),
        ("(class:hat) a", "class:hat", "a"),
        ("-class:hat a", "class:hat", "class:hat a"),
        ("class:hat,hair a", "class:hat", "class:hair a"),
        ("a or b", "class:hat", "(a or b) class:hat"),
        ("(a or b)", "class:hat", "(a or b) class:hat"),
        ("(a) or (b)", "class:hat", "((a) or (b)) class:hat"),
        ("(a or class:hat)", "class:hat", "(a or class:hat) class:hat"),
        ("a sort:id desc", "class:hat", "a class:hat sort:id desc"),
        ("sort:id", "class:hat", "class:hat sort:id"),
        ("a sort:id or b", "class:hat", "(a or b) class:hat sort:id"),
        ('"a b', "class:hat", '"a b class:hat'),
        ("a", 'tag:"to do"', 'a tag:"to do"'),
    ],
)
def test_a_click_puts_a_term_in_and_takes_it_out(text: str, term: str, after: str) -> None:
    assert toggle_term(text, term) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", "-class:hat"),
        ("class:hat a", "-class:hat a"),
        ("a -class:hat", "a"),
        ("a not class:hat", "a"),
        ("-class:hat,hair", "-class:hair"),
        ("class:hat,hair", "class:hair -class:hat"),
    ],
)
def test_an_alt_click_excludes(text: str, after: str) -> None:
    assert toggle_term(text, "class:hat", exclude=True) == after


def test_a_ctrl_click_widens_a_term() -> None:
    assert toggle_term("a class:hat b", "class:hair", either=True) == "a class:hat,hair b"
    assert toggle_term("attr:Young split:test", "attr:Smiling", either=True) == "attr:Young,Smiling split:test"
    assert toggle_term("attr:Young=no", "attr:Smiling", either=True) == "attr:Young=no attr:Smiling"


def test_facets_see_what_the_search_hangs_on() -> None:
    text = "glasses class:hat,eye_g -attr:Young (split:test or state:none) not tag:x sort:id"
    assert active_terms(text) == {
        "glasses": True, "class:hat": True, "class:eye_g": True, "attr:Young": False, "tag:x": False,
    }  # fmt: skip
    assert active_terms('"unfinished') == {}


@given(queries, terms, st.booleans())
def test_two_clicks_change_nothing_and_one_asks(query: Query, term: Node, exclude: bool) -> None:
    text = str(query)
    wanted = Not(term) if exclude else term
    hangs_on = query.root.parts if isinstance(query.root, And) else (query.root,)
    if term in hangs_on or Not(term) in hangs_on or len(active_terms(str(term))) != 1:
        return
    if any(single in active_terms(text) for single in active_terms(str(term))):
        return
    once = toggle_term(text, str(term), exclude=exclude)
    root = parse(once, {}).root
    assert wanted in (root.parts if isinstance(root, And) else (root,))
    assert parse(once, {}).sort == query.sort
    twice = toggle_term(once, str(term), exclude=exclude)
    assert parse(twice, {}) == query


def test_saved_searches_are_kept_and_merged(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "searches.json"
    one, other = SavedSearches.load(file), SavedSearches.load(file)
    one.add("@hats", "class:hat")
    other.add(" two words ", "a b")
    again = SavedSearches.load(file)
    assert again.texts == {"hats": "class:hat", "two words": "a b"}
    again.remove("hats")
    assert SavedSearches.load(file).names == again.names == ("two words",)
    assert "hats" not in again
    assert json.loads(file.read_text(encoding="utf-8")) == {"version": 1, "searches": {"two words": "a b"}}
    assert [path.name for path in file.parent.iterdir()] == ["searches.json"]


@pytest.mark.parametrize("name", ["", "@", " ", "a\nb", "x" * 81])
def test_impossible_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidEditError):
        SavedSearches.load(tmp_path / "s.json").add(name, "a")


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"searches": 3}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_list_is_set_aside(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "searches.json"
    file.write_bytes(damage)
    assert SavedSearches.load(file).names == ()
    assert (tmp_path / "searches.json.damaged").read_bytes() == damage


def test_a_saved_search_may_be_wrong_and_says_so() -> None:
    SavedSearches.load().add("bad", "clas:hat")
    with pytest.raises(QueryError, match="in @bad: there is no field clas:"):
        parse("@bad")
