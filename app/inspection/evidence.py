"""What the other modalities say of each attribute: "the mask shows eyeglasses", "said in captions 2 and 4".

The panel shows it beside the attribute; checks hold it against the label. Evidence of the mask and of the photo comes
with how far it goes: glasses that are painted are there, a colour may deceive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from app.faces.attributes import ATTRIBUTE_NAMES
from app.faces.sample import Modality
from app.inspection.case import Case
from app.inspection.mask_evidence import MASK_EVIDENCE
from app.inspection.photo_evidence import PHOTO_EVIDENCE
from app.inspection.testimony import Evidence, Strength
from app.inspection.wording import caption_numbers, fact_in_words

_SAID = frozenset({"Male", "No_Beard"})
"""Of these, *said* and *denied* would mislead: nobody denies a man by saying *she*."""


def evidence_for(case: Case) -> dict[str, tuple[Evidence, ...]]:
    """All evidence by attribute, in the attributes' order; the strongest first. Those without any are not there."""
    found: defaultdict[str, list[Evidence]] = defaultdict(list)
    for evidence in (*seen_evidence(case), *_said(case)):
        found[evidence.attribute].append(evidence)
    return {
        name: tuple(sorted(found[name], key=lambda evidence: -evidence.strength.value))
        for name in ATTRIBUTE_NAMES
        if name in found
    }


def seen_evidence(case: Case) -> Iterator[Evidence]:
    """What the mask, and the photo under it, say."""
    yield from painted_evidence(case)
    if case.mask is not None and case.photo is not None:
        for ask in PHOTO_EVIDENCE:
            yield from ask(case)


def painted_evidence(case: Case) -> Iterator[Evidence]:
    """What the mask alone says."""
    if case.mask is not None:
        for ask in MASK_EVIDENCE:
            yield from ask(case)


def _said(case: Case) -> Iterator[Evidence]:
    for (attribute, value), captions in case.reading.said.items():
        said = fact_in_words(attribute, value) if attribute in _SAID else "said" if value else "denied"
        text = f"{said} in {caption_numbers(captions)}"
        yield Evidence(attribute, value, Strength.MEDIUM, text, Modality.CAPTIONS, captions=captions)
