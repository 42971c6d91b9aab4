"""The checks there are. Adding one is a function and a line here."""

from __future__ import annotations

from app.faces.sample import Modality
from app.inspection.check import Check
from app.inspection.checks import caption_files, caption_words, captions_and_attributes, seen, sketches

_CAPTIONS = frozenset({Modality.CAPTIONS})
_ATTRIBUTES = frozenset({Modality.ATTRIBUTES})
_MASK = frozenset({Modality.MASK})
_PHOTO = frozenset({Modality.PHOTO})

BUILT_IN: tuple[Check, ...] = (
    Check(
        "caption-count", "Number of captions",
        "A caption file does not have ten captions, or has empty lines.",
        _CAPTIONS, caption_files.caption_count,
    ),
    Check(
        "caption-repeats", "Repeated captions",
        "Captions of one sample have the same words.",
        _CAPTIONS, caption_files.caption_repeats,
    ),
    Check(
        "caption-sentences", "More than one sentence",
        "A caption has more than one sentence.",
        _CAPTIONS, caption_files.caption_sentences,
    ),
    Check(
        "caption-residue", "Words that are not known",
        "A caption has words outside the grammar: misspelt, foreign, or of another kind.",
        _CAPTIONS, caption_words.caption_residue,
    ),
    Check(
        "caption-slips", "Broken sentences",
        "A sentence of a caption is not whole.",
        _CAPTIONS, caption_words.caption_slips,
    ),
    Check(
        "caption-clashes", "Captions that contradict each other",
        "A caption, or two of a sample, say what cannot both be so.",
        _CAPTIONS, caption_words.caption_clashes, uses=_ATTRIBUTES,
    ),
    Check(
        "captions-against-attributes", "Captions against attributes",
        "Captions say what the attributes deny.",
        _CAPTIONS | _ATTRIBUTES, captions_and_attributes.captions_against_attributes,
    ),
    Check(
        "attributes-unmentioned", "Attributes no caption tells",
        "An attribute is yes and no caption of the sample says so.",
        _CAPTIONS | _ATTRIBUTES, captions_and_attributes.attributes_unmentioned,
    ),
    Check(
        "attribute-clashes", "Attributes that contradict each other",
        "Two attributes of a sample cannot both be right.",
        _ATTRIBUTES, captions_and_attributes.attribute_clashes,
    ),
    Check(
        "attributes-against-mask", "Attributes against mask",
        "The mask, or the photo under it, does not bear an attribute out.",
        _ATTRIBUTES | _MASK, seen.attributes_against_mask, uses=_PHOTO, for_remarks=_PHOTO,
    ),
    Check(
        "captions-against-mask", "Captions against mask",
        "The mask does not bear out what captions say.",
        _CAPTIONS | _MASK, seen.captions_against_mask,
    ),
    Check(
        "sketch-agreement", "Sketch against photo",
        "A sketch is another photo's, mirrored, turned, shifted, empty or light on dark.",
        _PHOTO | {Modality.SKETCH}, sketches.sketch_agreement,
    ),
)  # fmt: skip
"""Every check of the house, in the order in which they are listed."""
