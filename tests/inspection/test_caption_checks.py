"""What captions are found to be: too few, twice the same, strange, broken, contradicting themselves or the labels."""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.finding import Finding, RegenerateCaption, RewriteCaption, SetAttribute, Severity
from app.faces.sample import Modality, SampleId
from app.inspection.case import Case
from app.inspection.check import inspect
from app.inspection.checks import BUILT_IN

TEN = (
    "She is young.",
    "She has bangs.",
    "She has wavy hair.",
    "She is smiling.",
    "She wears lipstick.",
    "She wears a hat.",
    "She has a big nose.",
    "She has rosy cheeks.",
    "She has pale skin.",
    "She has high cheekbones.",
)


def found(check: str, texts: Sequence[str] | None = None, **attributes: bool) -> list[Finding]:
    labels = Attributes.unknown()
    for name, value in attributes.items():
        labels = labels.replacing(name, value)
    captions = Captions.from_bytes("\n".join(texts).encode()) if texts is not None else None
    case = Case(SampleId("7"), captions=captions, attributes=labels if attributes else None)
    return list(inspect(case, [one for one in BUILT_IN if one.name == check]))


def with_line(index: int, text: str) -> list[str]:
    return [text if number == index else line for number, line in enumerate(TEN)]


def test_ten_good_captions_are_fine() -> None:
    case = Case(SampleId("7"), captions=Captions.from_texts(TEN))
    assert inspect(case, BUILT_IN) == ()


def test_an_empty_file_can_be_written_anew() -> None:
    (finding,) = found("caption-count", ())
    assert finding.message == "The caption file is empty."
    assert finding.severity is Severity.ERROR
    assert finding.repairs == tuple(RegenerateCaption(index) for index in range(10))


def test_nine_captions_lack_one() -> None:
    (finding,) = found("caption-count", TEN[:9])
    assert finding.message == "There are 9 captions, not 10."
    assert finding.repairs == (RegenerateCaption(9),)


def test_an_empty_line_is_named() -> None:
    (finding,) = found("caption-count", with_line(3, "  "))
    assert finding.message == "Caption 4 is empty."
    assert finding.evidence == {"captions": 9, "lines": 10, "empty": (4,)}


def test_eleven_captions_are_no_error() -> None:
    (finding,) = found("caption-count", (*TEN, "She is bald."))
    assert (finding.severity, finding.repairs) == (Severity.WARNING, ())


@pytest.mark.parametrize(
    ("again", "message"),
    [
        ("She is young.", "Captions 1 and 10 are the same."),
        ("she is, young", "Captions 1 and 10 have the same words."),
    ],
)
def test_captions_with_the_same_words_are_repeats(again: str, message: str) -> None:
    (finding,) = found("caption-repeats", with_line(9, again))
    assert finding.message == message
    assert finding.repairs == (RegenerateCaption(9),)


def test_sentences_are_counted_for_information() -> None:
    (finding,) = found("caption-sentences", with_line(1, "She is young. She has bangs."))
    assert finding.message == "Caption 2 has more than one sentence."
    assert (finding.severity, finding.evidence["sentences"]) == (Severity.INFO, (2,))


def test_a_misspelt_word_is_pointed_at() -> None:
    (finding,) = found("caption-residue", with_line(2, "She has wavvy hair."))
    assert finding.message == "Caption 3 says “wavvy”, a word these checks do not know."
    assert (finding.evidence["places"], finding.severity) == (((8, 13),), Severity.WARNING)


def test_a_caption_of_another_kind_is_no_more_than_information() -> None:
    (finding,) = found("caption-residue", with_line(2, "Sunset behind lighthouse, dramatic clouds."))
    assert finding.severity is Severity.INFO


def test_a_broken_sentence_can_be_written_anew() -> None:
    (finding,) = found("caption-slips", with_line(4, "She and wears lipstick has bangs. He."))
    assert finding.message == (
        "Caption 5 has a sentence that says nothing (“He”) and one that has an “and” that joins nothing"
        " (“She and wears”)."
    )
    assert finding.repairs == (RegenerateCaption(4),)


def test_a_caption_that_contradicts_itself_offers_both_ways_out() -> None:
    finding = found("caption-clashes", with_line(0, "She is bald and has gray hair."))[0]
    assert finding.message == "Caption 1 says bald and gray hair."
    assert finding.severity is Severity.ERROR
    assert finding.evidence["words"] == ("bald", "gray hair")
    assert finding.repairs == (RewriteCaption(0, "Bald", True), RewriteCaption(0, "Gray_Hair", True))


def test_captions_that_contradict_each_other_are_one_finding() -> None:
    texts = with_line(0, "She has straight hair.")
    (finding,) = found("caption-clashes", texts)
    assert finding.message == "Caption 1 says straight hair, caption 3 says wavy hair."
    assert finding.repairs == (RewriteCaption(0, "Straight_Hair", True), RewriteCaption(2, "Wavy_Hair", True))


def test_captions_that_follow_contradictory_labels_are_less_to_blame() -> None:
    (finding,) = found("caption-clashes", with_line(0, "She has straight hair."), Straight_Hair=True, Wavy_Hair=True)
    assert (finding.severity, finding.evidence["labelled"]) == (Severity.WARNING, True)


def test_mixed_pronouns_are_a_contradiction() -> None:
    (finding,) = found("caption-clashes", with_line(1, "He has bangs."))
    assert finding.message == "Captions 1, 3, 4, 5, 6, 7, 8, 9, and 10 say a woman, caption 2 says a man."


def test_captions_and_labels_that_disagree_offer_both_ways_out() -> None:
    (finding,) = found("captions-against-attributes", TEN, Bangs=False, Young=True)
    assert finding.message == "Caption 2 says bangs, the attribute says no bangs."
    assert finding.severity is Severity.ERROR
    assert finding.evidence == {"attribute": "Bangs", "label": False, "captions": (2,), "words": ("bangs",)}
    assert finding.repairs == (SetAttribute("Bangs", True), RewriteCaption(1, "Bangs", True))


def test_many_disagreements_are_captions_of_another_sample() -> None:
    (finding,) = found("captions-against-attributes", TEN, Bangs=False, Young=False, Male=True)
    assert finding.message == "The captions seem to be another sample's: 3 attributes say the contrary."
    assert finding.score > 0.9


def test_unknown_labels_contradict_nothing() -> None:
    assert found("captions-against-attributes", TEN, Goatee=True) == []


def test_labels_that_no_caption_tells_are_listed() -> None:
    (finding,) = found("attributes-unmentioned", TEN, Male=False, Bangs=True, Young=True, Oval_Face=True, Goatee=False)
    assert finding.message == "No caption says oval face."
    assert finding.evidence == {"facts": ("Oval_Face",), "told": 2, "tellable": 3}


def test_labels_that_contradict_each_other_offer_both_ways_out() -> None:
    (finding,) = found("attribute-clashes", None, Bald=True, Bangs=True)
    assert finding.message == "The attributes say bald and bangs."
    assert finding.repairs == (SetAttribute("Bangs", False), SetAttribute("Bald", False))


def test_a_finding_keeps_its_key_while_it_is_the_same() -> None:
    (one,) = found("caption-residue", with_line(2, "She has wavvy hair."))
    (moved,) = found("caption-residue", with_line(5, "She has wavvy hair."))
    (other,) = found("caption-residue", with_line(2, "She has wavvvy hair."))
    assert one.key == moved.key
    assert one.key != other.key
    assert len(one.key) == 20


def test_checks_have_names_of_their_own_and_say_what_they_need() -> None:
    names = [check.name for check in BUILT_IN]
    assert len(set(names)) == len(names)
    for check in BUILT_IN:
        assert check.name == check.name.lower().replace(" ", "-").replace("_", "-")
        assert check.needs
        assert check.summary.endswith(".")


def test_a_sample_without_anything_is_fine() -> None:
    assert inspect(Case(SampleId("7")), BUILT_IN) == ()


def test_findings_name_their_own_check_and_come_surest_first() -> None:
    texts = (*with_line(0, "He is bald and has gray hair, wavvy."), "She.")
    labels = Attributes.unknown().replacing("Bangs", False).replacing("Oval_Face", True)
    case = Case(SampleId("7"), captions=Captions.from_texts(texts), attributes=labels)
    assert case.modalities == {Modality.CAPTIONS, Modality.ATTRIBUTES}
    for check in BUILT_IN:
        assert {finding.check for finding in inspect(case, [check])} <= {check.name}
    scores = [finding.score for finding in inspect(case, BUILT_IN)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) > 6


def test_real_captions_say_what_their_labels_say_or_are_another_samples(real_data: Path) -> None:
    labels = _labels(real_data)
    check = [one for one in BUILT_IN if one.name == "captions-against-attributes"]
    counts: Counter[str] = Counter()
    with tarfile.open(real_data / "celeba-caption-30k.tar.gz") as archive:
        for number, member in enumerate(archive):
            opened = archive.extractfile(member)
            if opened is None or number % 15:
                continue
            sample = SampleId(Path(member.name).stem)
            case = Case(sample, captions=Captions.from_bytes(opened.read()), attributes=labels[sample])
            findings = inspect(case, check)
            counts["agree" if not findings else findings[0].message.split(":")[0]] += 1
    assert counts["agree"] >= 0.99 * counts.total()
    assert counts["The captions seem to be another sample's"] > 0


def _labels(real_data: Path) -> dict[str, Attributes]:
    _, names, *rows = (real_data / "CelebAMask-HQ" / "CelebAMask-HQ-attribute-anno.txt").read_text().splitlines()
    labels = {}
    for row in rows:
        file, *values = row.split()
        labels[file.removesuffix(".jpg")] = Attributes(tuple(names.split()), tuple(value == "1" for value in values))
    return labels
