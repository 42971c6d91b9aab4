"""What is written is what is meant, and what cannot be understood is pointed at."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.query import QueryError, parse
from app.catalog.query.parser import DEEPEST, LONGEST_TEXT, MOST_TERMS
from app.catalog.query.syntax import Query
from tests.catalog.query.any_search import queries

SAVED = {
    "doubtful": "tag:unclear or state:pending sort:id desc",
    "two words": "class:hat",
    "loop": "@loop",
    "bad": "clas:hat",
}


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("", ""),
        ("   ", ""),
        ("glasses", "glasses"),
        ("Glasses AND hat", "Glasses hat"),
        ("a b or c", "a b or c"),
        ("a (b or c)", "a (b or c)"),
        ("not (a or b)", "-(a or b)"),
        ("--a", "--a"),
        ('"wavy hair"*', '"wavy hair"*'),
        ("“wavy hair”", '"wavy hair"'),
        ("well-groomed 5 o'clock", 'well-groomed "5" o\'clock'.replace('"5"', "5")),
        ("10:30", '"10:30"'),
        ("caption:( blond  young* )", "caption:(blond young*)"),
        ("CLASS:Eyeglasses", "class:eye_g"),
        ('class:"left eye",HAT', "class:l_eye,hat"),
        ("attr:Smiling,Young=NO", "attr:Smiling,Young=no"),
        ("has:tag missing:Sketches", "has:tags missing:sketch"),
        ("state:Rejected", "state:rejected"),
        ('tag:"to do",done*', 'tag:"to do",done*'),
        ("id:17,100-200", "id:17,100-200"),
        ('id:"100-200"', 'id:"100-200"'),
        ("celeba:119613.jpg", "celeba:119613"),
        ("edited:true -unsaved:no", "edited:yes -unsaved:no"),
        ("area( hair ) >= 30.50 %", "area(hair)>=30.5%"),
        ("Seen(Left Ear)<50 PX", "seen(l_ear)<50px"),
        ("area(hair)≥30% area(hair)<>1px", "area(hair)>=30% area(hair)!=1px"),
        ("count(caption)!=10", "count(captions)!=10"),
        ("yaw > −20°", "yaw>-20"),
        ("yaw -20", 'yaw -"20"'.replace('"20"', "20")),
        ("sort:area(hair) DESC hat sort:id ascending", "hat sort:area(hair) desc sort:id"),
        ("sort:similar( 17 )", "sort:similar(17)"),
        ("@doubtful class:hat", "@doubtful class:hat sort:id desc"),
        ("@doubtful sort:yaw", "@doubtful sort:yaw"),
        ('@"two words"', '@"two words"'),
    ],
)
def test_a_search_means(written: str, means: str) -> None:
    query = parse(written, SAVED)
    assert str(query) == means
    assert parse(str(query), SAVED) == query


@pytest.mark.parametrize(
    ("written", "blamed", "suggestion", "said"),
    [
        ("a clas:hat", "clas:", "class:", "did you mean class:?"),
        ("hat:yes", "hat:", "class:hat", "did you mean class:hat?"),
        ("smiling:yes", "smiling:", "attr:Smiling", "did you mean attr:Smiling?"),
        ("a colour:red", "colour:", '"colour:red"', 'write "colour:red"'),
        ("class:eye", "eye", "r_eye", "did you mean r_eye, l_eye or eye_g?"),
        ("class:wig,hat", "wig", None, "there are background, skin, nose"),
        ("class:", "class:", "class:hat", "missing right behind class:"),
        ("class:hat,", ",", None, "a name is missing here"),
        ("class:h*", "*", None, "whole names"),
        ("area(heir)>3%", "heir", "hair", "did you mean hair?"),
        ("area(hair)>30", "30", "30%", "in % of the mask or in px"),
        ("area(hair)", "area(hair)", "area(hair)>10%", "compare area(hair) with a number"),
        ("area(hair)>much", "much", None, "a number is missing behind >"),
        ("area(hair>3%", "area(hair>3%", None, "not closed"),
        ("area>3%", "area", "area(hair)>30%", "area needs a class in brackets"),
        ("aera(hair)>3%", "aera", "area(hair)", "did you mean area(hair)?"),
        ("hair>3%", "hair", "area(hair)", "did you mean area(hair)?"),
        ("captions>3", "captions", "count(captions)", "did you mean count(captions)?"),
        ("count(captions)>3%", "3%", "3", "a number without %"),
        ("hair > 3%", ">", None, "behind what it compares"),
        ("yaw>1234567890123456", "1234567890123456", None, "so many digits"),
        ("woman(x)", "woman", None, "for the word, add a blank"),
        ("state:reject", "reject", "rejected", "there are none, rejected, pending, accepted"),
        ("attr:Smiling=perhaps", "perhaps", None, "there are yes, no, unknown"),
        ("edited:maybe", "maybe", "yes", "yes or no"),
        ("edited:yes,no", "no", None, "one value"),
        ("id:9-2", "9-2", "2-9", "backwards"),
        ('a "wavy hair', '"wavy hair', None, "has no end"),
        ('""', '""', None, "no letter or digit"),
        ("a — b", "—", None, "no letter or digit"),
        ("g*s", "*", None, "at the end of a word only"),
        ("* a", "*", None, "put letters before the *"),
        ("a or", "or", '"or"', "missing beside “or”"),
        ("and a", "and", '"and"', "missing beside “and”"),
        ("not", "not", '"not"', "missing beside “not”"),
        ("a - b", "-", None, "right behind the minus"),
        ("(a", "(", None, "not closed"),
        ("a)", ")", None, "closes nothing"),
        ("a ( ) b", "( )", None, "nothing stands between"),
        ("(sort:id)", "sort:", None, "outside brackets"),
        ("sort:hair", "hair", "area(hair)", "did you mean area(hair)?"),
        ("sort:", "sort:", "sort:area(hair) desc", "missing right behind sort:"),
        ("class:hat(a)", "(a)", None, "a blank is missing"),
        ("@doubtfull", "@doubtfull", "@doubtful", "did you mean @doubtful?"),
        ("@", "@", None, "there are @doubtful"),
        ("x @loop", "@loop", None, "uses itself"),
        ("x @bad", "@bad", None, "in @bad: there is no field clas:"),
    ],
)
def test_what_cannot_be_understood_is_pointed_at(written: str, blamed: str, suggestion: str | None, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(written, SAVED)
    error = caught.value
    assert (written[error.start : error.end], error.suggestion) == (blamed, suggestion)
    assert said in str(error)


@given(queries)
def test_a_search_that_is_written_down_and_read_is_the_same(query: Query) -> None:
    assert parse(str(query), {}) == query


PIECES = (
    '( ) " - * , = < >= : @ \\ 30% NEAR( ^ { é ｈａｔ 1-2 hat desc count( @doubtful area(hair) class: caption:( id:'
)
pieces = st.sampled_from([*PIECES.split(), "and ", "or ", "not ", "sort:", " ", "\0", "\ud800"])


def understood(text: str, saved: dict[str, str]) -> Query | None:
    """What the text means; None after an error that points into it."""
    try:
        return parse(text, saved)
    except QueryError as caught:
        error = caught
    assert 0 <= error.start <= error.end <= len(text)
    assert str(error)
    return None


@given(st.text() | st.lists(pieces, max_size=30).map("".join))
def test_any_text_is_a_search_or_an_error_that_points_into_it(text: str) -> None:
    query = understood(text, SAVED)
    if query is not None:
        assert parse(str(query), SAVED) == query


@pytest.mark.parametrize(
    "text",
    ["(" * 5000, "-" * 5000, "not " * 5000, "a " * 50_000, '"' * 100_000, "a" * 100_000, '"' + "a " * 40_000 + '"',
     "class:" + "hat," * 20_000 + "hat", "id:" + "9" * 90_000, "(a or " * 16_000, "x" * (LONGEST_TEXT + 1),
     "@x " * 30_000, "area(" * 20_000, "sort:id " * 12_000, "\0" * 100_000],
    ids=lambda text: f"{text[:8]}…",
)  # fmt: skip
def test_a_hostile_search_ends_soon(text: str) -> None:
    began = time.process_time()
    understood(text, {"x": "@y " * 400, "y": "@z " * 400, "z": ""})
    assert time.process_time() - began < 1.5


def test_there_are_limits_that_say_so() -> None:
    parse("(" * DEEPEST + "a" + ")" * DEEPEST)
    with pytest.raises(QueryError, match=f"at most {DEEPEST} deep"):
        parse("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1))
    parse("a " * MOST_TERMS)
    with pytest.raises(QueryError, match=f"at most {MOST_TERMS} terms"):
        parse("a " * (MOST_TERMS + 1))
    with pytest.raises(QueryError, match="at most 100,000 characters"):
        parse("a" * (LONGEST_TEXT + 1))


def test_a_search_knows_what_it_needs() -> None:
    def needs(text: str) -> set[str]:
        return set(parse(text, SAVED).needs)

    assert needs("class:hat split:test id:3 tag:x") == set()
    assert needs("class:background") == {"contents"}
    assert needs("hat") == needs("-(count(captions)<3)") == {"captions"}
    assert needs("attr:Young") == needs("yaw>3") == needs("celeba:3") == needs("sort:roll") == {"tables"}
    assert needs("has:pose") == needs("missing:attributes") == {"tables"}
    assert needs("hat or area(hair)>3%") == {"captions", "contents"}
    assert needs("sort:similar(3)") == {"contents"}
    assert needs("@doubtful") == set()


def test_places_are_those_of_the_text() -> None:
    text = "blond -(class:hat or area(hair) > 3 %) sort:id"
    found = [text[node.start : node.end] for node in parse(text).nodes()]
    assert found == [
        "blond -(class:hat or area(hair) > 3 %)", "blond", "-(class:hat or area(hair) > 3 %)",
        "(class:hat or area(hair) > 3 %)", "class:hat", "area(hair) > 3 %", "area(hair)", "id",
    ]  # fmt: skip


def test_a_word_with_an_accent_is_a_word() -> None:
    assert re.fullmatch(r"caf.", str(parse("café")))
