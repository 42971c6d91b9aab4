"""Grammars as files: what is shipped works, a person's own is checked, and what is wrong is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.faces.attributes import ATTRIBUTE_NAMES
from app.faces.errors import GrammarError
from app.generation.grammar import load_grammar
from app.generation.grammar_file import WORDINGS, Wording, grammar_text, parse_sections
from app.generation.lexicon import Fact, all_phrases, shipped_lexicon
from app.generation.writing import write
from tests.generation.sentence_rules import mistakes_of


def own(folder: Path, text: str) -> Path:
    path = folder / "mine.txt"
    path.write_text(text, encoding="utf-8")
    return path


def changed(folder: Path, old: str, new: str, wording: Wording = "clean") -> tuple[Path, int]:
    """A shipped grammar with one line changed, and that line's number."""
    lines = grammar_text(wording).split("\n")
    (at,) = (at for at, line in enumerate(lines) if " ".join(line.split()) == old)
    lines[at] = new
    return own(folder, "\n".join(lines)), at + 1


@pytest.mark.parametrize("wording", WORDINGS)
def test_a_copy_of_the_shipped_grammar_writes_the_same(wording: Wording, tmp_path: Path) -> None:
    copy = load_grammar(wording, own(tmp_path, grammar_text(wording)))
    attributes = dict.fromkeys(ATTRIBUTE_NAMES, True)
    assert write(attributes, "1", grammar=copy) == write(attributes, "1", grammar=load_grammar(wording))


@pytest.mark.parametrize("wording", WORDINGS)
def test_every_attribute_has_words_or_is_named_as_unsaid(wording: Wording) -> None:
    lexicon = shipped_lexicon(wording)
    worded = {fact.attribute for fact in lexicon.alone if fact.value}
    assert {*worded, *lexicon.unsaid, "Male"} == set(ATTRIBUTE_NAMES)
    assert lexicon.unsaid == (set() if wording == "clean" else {"5_o_Clock_Shadow", "Blurry"})


def test_readers_get_the_phrases_of_all_wordings() -> None:
    texts = {phrase.stated: phrase.facts for phrase in all_phrases()}
    assert texts["mouth slightly open"] == (Fact("Mouth_Slightly_Open", True),)
    assert texts["wavy brown hair"] == (Fact("Wavy_Hair", True), Fact("Brown_Hair", True))
    assert texts["no hat"] == (Fact("Wearing_Hat", False),)


def test_a_file_of_one_section_leaves_the_others_as_shipped(tmp_path: Path) -> None:
    lists = '[lists]\ntwo " & "\nlast " & "\n'
    grammar = load_grammar("clean", own(tmp_path, lists))
    texts = write({"Male": True, "Smiling": True, "Young": True, "Bangs": True}, "1", grammar=grammar).texts
    assert any(" & " in text for text in texts)
    assert grammar.lexicon.words == shipped_lexicon("clean").words


def test_a_persons_own_words_are_written(tmp_path: Path) -> None:
    path, _ = changed(tmp_path, "Goatee 1 has a goatee", "Goatee 1 has a pointed goatee, well kept")
    texts = write({"Male": True, "Goatee": True}, "1", grammar=load_grammar("clean", path)).texts
    assert any("a pointed goatee, well kept" in text for text in texts)


WRONG = [
    ("Bangs 80 has bangs", "Bangs 0 has bangs", "the weight 0 is not above 0; take the line out instead"),
    ("Bangs 80 has bangs", "Bangs nan has bangs", "the weight nan is not above 0; take the line out instead"),
    ("Bangs 80 has bangs", "Bangs 1e400 has bangs", "the weight 1e400 is above 1,000,000,000"),
    ("Bangs 80 has bangs", "Bangs many has bangs", "'many' is no weight; a number above 0 stands here"),
    ("Bangs 80 has bangs", "Bang 80 has bangs", "there is no attribute 'Bang'; did you mean Bangs?"),
    ("Bangs 80 has bangs", "Bangs 80 hat bangs", "there is no slot 'hat'; did you mean has?"),
    ("Bangs 80 has bangs", "Bangs 80 has.lost bangs", "there is no place in a list 'lost'; did you mean last?"),
    ("Bangs 80 has bangs", "Bangs 80 has", "an attribute, a weight, a slot and words stand here"),
    ("Bangs 80 has bangs", "Bangs 80 has bangs. Really", "'bangs. Really' is not words alone"),
    ("Bangs 80 has bangs", "Bangs 80 has {his} bangs", "'{his} bangs' is not words alone"),
    ("Bangs 80 has bangs", "Bangs 80 has a goatee", "'a goatee' says something else"),
    ("Bangs 20 has a fringe", "Bangs 20 has Bangs", "'Bangs' is there already; add the weights"),
    ("-Smiling 1 is.last not smiling", "Smiling 1 is not smiling", "a negative is of one attribute that is not so"),
    ("-Wearing_Hat 1 bare a hat", "-Wearing_Hat 1 bare.last a hat", "a phrase of the slot bare has no place in a list"),
    ("-Wearing_Hat 1 bare a hat", "-Wearing_Hat 1 bare glasses", "'glasses' says something else"),
    ("Wearing_Hat 1 wears a hat", "Wearing_Hat 1 bare a hat", "the slot bare is for what is not worn"),
    ("45 without BARE ? !is !has bare", "    45  without BARE  ? !is !has wears", "BARE is said where a caption has"),
    ("one of Straight_Hair Wavy_Hair", "one Straight_Hair Wavy_Hair", "there is no kind of conflict"),
    ("Wearing_Hat 1 wears a hat", "Wearing_Hat 1 picture a hat", "the slot picture is for Blurry"),
    ("-Wearing_Hat 1 bare a hat", "-Blurry 1 picture sharp", "the slot picture is for Blurry"),
    ("Wearing_Hat hat 400 no", f"Wearing_Hat hat {'9' * 5000} no", "an attribute, a class, pixels and no or unknown"),
    ("facts 3 26", f"facts {'9' * 5000} 26", "is no number of facts from 1 to 40"),
    ("Male man he his", "-Male man he his", "the persons of -Male are named already"),
    ('more ", "', 'two\t" or "', "what joins the two of a list is said already"),
    ("unknown person - the", "unknown person -", "a sex, a noun, a pronoun and a possessive stand here"),
    ("facts 3 26", "facts none 26", "none is no number of facts from 1 to 40"),
    ('two " and "', "two and", "what joins a list stands in quotes"),
    ("1 a ADJS Who", "    1  a ADJS Whom", "there is no symbol 'Whom'; did you mean Who?"),
    ("45 person", "    45  person!", "'person!' is no word; a caption is one sentence"),
    ("45 person", "    45  Nom", "the rules would go on without end: Who → Nom → Who"),
    ("50 wears WEARS ? !bare", "    50  wears HAS", "HAS is said where a caption has"),
    ("46 HE ? sex", "    46  HE", "HE is said where a caption has"),
    ("1 has HAS ? !is has !wears", "    1  has HAS  ? !is has blurry", "has no alternative for a caption with has"),
    ("60 photo", "    60  photo ?", '"?" says when the alternative is for'),
    ("1 WEARING ? !is wears", "    1  , WEARING ? !is wears", "nothing is there for ',' to lean on"),
    ("50 Subject NEUTRAL", "    50", "of a caption with nothing to tell Frame may say nothing at all"),
    ("Goatee 1 has a goatee", f"Goatee 1 has {'a' * 5000}!", "is not words alone"),
    ("Goatee 1 has a goatee", f"Goatee 1 has {'a-' * 2500}", "is not words alone"),
    ("Nom", "S", "the symbol S has its meaning already in line"),
    ("Pic", "ADJ", "the symbol ADJ has its meaning already of itself, from the plan"),
    ("Wearing_Hat hat 400 no", "Wearing_Hat cap 400 no", "there is no class 'cap'"),
    ("[lists]", "[list]", "there is no section 'list'; did you mean lists?"),
    ("[lists]", "[words]", "the section [words] is there already; put its lines together"),
]


@pytest.mark.parametrize(("old", "new", "what"), WRONG, ids=[f"{n} {what}" for n, (_, _, what) in enumerate(WRONG)])
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, what: str, tmp_path: Path) -> None:
    path, number = changed(tmp_path, old, new)
    with pytest.raises(GrammarError) as caught:
        load_grammar("clean", path)
    message = str(caught.value)
    assert what in message
    elsewhere = (
        "without end",
        "nothing at all",
        "says something else",
        "has no alternative",
        "has its meaning",
        "are named already",
        "lists]",
    )
    if not any(part in what for part in elsewhere):
        assert message.startswith(f"mine.txt, line {number}: "), message
    assert message.startswith("mine.txt, line ")


def test_an_attribute_without_words_is_named(tmp_path: Path) -> None:
    path, _ = changed(tmp_path, "Goatee 1 has a goatee", "")
    with pytest.raises(GrammarError, match=r"\[words\] has none for Goatee; give it some, or name it in \[unsaid\]"):
        load_grammar("clean", path)


def test_a_grammar_without_a_beginning_or_with_words_outside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match="line 1: this stands before the first section"):
        load_grammar("clean", own(tmp_path, "Bangs 1 has bangs\n"))
    with pytest.raises(GrammarError, match="has no symbol S"):
        load_grammar("clean", own(tmp_path, "[rules]\nFrame\n  1 hello\n"))
    with pytest.raises(GrammarError, match=r"the section \[rules\] is empty"):
        load_grammar("clean", own(tmp_path, "[rules]\n"))


def test_more_alternatives_than_can_be_walked_are_refused_at_once(tmp_path: Path) -> None:
    path, number = changed(tmp_path, "[rules]", "[rules]\nMany\n" + "  1  word\n" * 100_000)
    with pytest.raises(GrammarError, match="alternatives; 2,000 are enough") as caught:
        load_grammar("clean", path)
    assert str(caught.value).startswith(f"mine.txt, line {number + 2 + 2_000}: ")


def test_rules_too_deep_to_walk_are_refused(tmp_path: Path) -> None:
    chain = "\n".join(f"S{n}\n  1  S{n + 1}" for n in range(5000))
    with pytest.raises(GrammarError, match="has 5003 symbols; 150 are enough"):
        load_grammar("clean", own(tmp_path, f"[rules]\nS\n  1 S0\n{chain}\nS5000\n 1 x\nFrame\n 1 x\n"))


def test_the_longest_chain_of_symbols_is_walked(tmp_path: Path) -> None:
    chain = "\n".join(f"S{n}\n  1  x S{n + 1}" for n in range(140))
    with pytest.raises(GrammarError, match="this makes sentences without measure"):
        load_grammar("clean", own(tmp_path, f"[rules]\nS\n  1 S0\n{chain}\nS140\n 1 x\nFrame\n 1 x\n"))
    silent = chain.replace("x S", "S")
    load_grammar("clean", own(tmp_path, f"[rules]\nS\n  1 S0\n{silent}\nS140\n 1 x\nFrame\n 1 x\n"))


def test_a_file_that_is_no_grammar_is_refused_shortly(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(b"[words]\n\xff\xfe")
    with pytest.raises(GrammarError, match="line 2: this is no UTF-8"):
        load_grammar("clean", path)
    path.write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(GrammarError, match="larger than a megabyte"):
        load_grammar("clean", path)


def test_comments_blank_lines_and_foreign_line_ends_are_nothing(tmp_path: Path) -> None:
    assert parse_sections("# x\r\n\r\n[words]\r\n  # y\r\n", "f") == {"words": ()}
    (line,) = parse_sections("# x\r\r[words]\rBangs  1  has\u2028bangs\r", "f")["words"]
    assert (line.number, line.text) == (4, "Bangs  1  has\u2028bangs")
    path = tmp_path / "mine.txt"
    path.write_bytes(b"\xef\xbb\xbf" + grammar_text("clean").replace("\n", "\r\n").encode())
    assert load_grammar("clean", path).lexicon.alone.keys() == shipped_lexicon("clean").alone.keys()


def test_a_file_without_a_section_is_not_taken_for_the_usual_grammar(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=r"mine\.txt has no section"):
        load_grammar("clean", own(tmp_path, "# nothing but words about it\n"))


def test_what_is_wrong_is_told_in_a_few_words(tmp_path: Path) -> None:
    with pytest.raises(GrammarError) as caught:
        load_grammar("clean", own(tmp_path, f"[words]\n{'x' * 100_000} 1 has bangs\n"))
    assert len(str(caught.value)) < 500


def test_a_comma_leans_on_words_and_not_on_what_may_say_nothing(tmp_path: Path) -> None:
    rules = "[rules]\nS\n  1  E , she\nE\n  1\n  1  well\nFrame\n  1  she\n"
    with pytest.raises(GrammarError, match="line 3: nothing is there for ',' to lean on"):
        load_grammar("clean", own(tmp_path, rules))


@pytest.mark.parametrize(
    ("sentence", "mistake"),
    [
        ("she is young.", "no single sentence"),
        ("She is young. She is bald.", "no single sentence"),
        ("She is is young.", "a doubled word"),
        ("This is a old man.", "a or an"),
        ("She is young , and bald.", "punctuation"),
        ("She has and wears a hat.", "a verb with nothing"),
        ("She has a hat and.", "a list with nothing"),
        ("She has {their} hat.", "a leak"),
        ("He have a hat.", "agreement"),
        ("She has a bangs.", "an article before a plural"),
        ("She has oval face.", "a missing article"),
        ("She young.", "a missing verb"),
        ("She has no beard but no bangs.", "a stiff denial"),
    ],
)
def test_the_rules_for_sentences_see_mistakes(sentence: str, mistake: str) -> None:
    assert mistake in mistakes_of(sentence)
