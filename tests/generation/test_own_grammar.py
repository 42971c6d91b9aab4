"""A person's own grammar is tried: it must say what it is told to, in enough ways, and be understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.faces.errors import GrammarError
from app.generation.grammar_file import WORDINGS, Wording, grammar_text
from app.generation.own_grammar import open_grammar


def changed(folder: Path, old: str, new: str, wording: Wording = "clean") -> tuple[Path, int]:
    text = grammar_text(wording)
    assert old in text
    path = folder / "mine.txt"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path, text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("wording", WORDINGS)
def test_the_shipped_grammars_pass(wording: Wording, tmp_path: Path) -> None:
    path, _ = changed(tmp_path, "[words]", "[words]", wording)
    assert open_grammar(wording, path).wording == wording


def test_words_that_read_as_something_else_are_named(tmp_path: Path) -> None:
    path, line = changed(tmp_path, "has        a double chin", "has        her chin twice")
    with pytest.raises(GrammarError, match=f"^mine.txt, line {line}: .*her chin twice.* does not read as"):
        open_grammar("clean", path)


def test_a_denial_in_a_rule_is_found(tmp_path: Path) -> None:
    path, _ = changed(tmp_path, "     1  is IS  ", "     1  is not IS  ")
    with pytest.raises(GrammarError, match="does not read as what it was to say"):
        open_grammar("clean", path)


def test_a_rule_whose_sentences_break_off_is_found(tmp_path: Path) -> None:
    path, _ = changed(tmp_path, "     1  is IS  ", "     1  is IS and has  ")
    with pytest.raises(GrammarError, match="has a sentence that has a verb with nothing behind it"):
        open_grammar("clean", path)


def test_a_grammar_with_too_little_to_say_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("[rules]\nS\n  1  a person\nFrame\n  1  a person\n", encoding="utf-8")
    with pytest.raises(GrammarError, match="there are only 1 different captions; give Frame more ways"):
        open_grammar("clean", path)
