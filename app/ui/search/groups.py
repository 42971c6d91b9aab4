"""The catalog's counts as the lines of the facets panel, each with the search term that a click writes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.catalog.columns import Columns, Marks
from app.catalog.facets import facet_counts
from app.catalog.query.syntax import Name
from app.faces.attributes import attribute_title
from app.faces.classes import CLASSES
from app.faces.review import ReviewState
from app.faces.sample import Modality
from app.ui.search.facets import Facet, FacetGroup

FOLDED_FIRST = frozenset({"attributes", "modalities"})
"""Groups that are folded until somebody unfolds them."""
_CLASS_BY_NAME = {face_class.name: face_class for face_class in CLASSES}


def facet_groups(columns: Columns, rows: Marks) -> list[FacetGroup]:
    """The groups for the samples marked in ``rows``; a group in which nothing could be chosen is left out."""
    counts = facet_counts(columns, rows)
    groups = [
        FacetGroup("states", _tr("Review"), [
            Facet(f"state:{state.value}", _state_title(state), count) for state, count in counts.states.items()
        ] + _more("edited:yes", _tr("Edited"), counts.edited) + _more("unsaved:yes", _tr("Not saved"), counts.unsaved)),
        FacetGroup("tags", _tr("Tags"), [
            Facet(_term("tag", tag), tag, counts.tags.get(tag, 0)) for tag in sorted(columns.tags, key=str.casefold)
            if columns.tags[tag].any()
        ]),
        FacetGroup("findings", _tr("Findings"), [
            Facet(_term("finding", check), check, counts.findings.get(check, 0)) for check in sorted(columns.findings)
            if columns.findings[check].any()
        ]),
        FacetGroup("splits", _tr("Splits"), [
            Facet(_term("split", name), name, counts.splits.get(name, 0)) for name in columns.split_names
        ]),
        FacetGroup("classes", _tr("Classes"), [
            Facet(f"class:{name}", _CLASS_BY_NAME[name].title, count) for name, count in counts.classes.items()
        ]),
        FacetGroup("attributes", _tr("Attributes"), [
            Facet(_term("attr", name), attribute_title(name), yes) for name, (yes, _) in counts.attributes.items()
        ]),
        FacetGroup("modalities", _tr("Has"), [
            Facet(f"has:{modality.value}", _modality_title(modality), count)
            for modality, count in counts.modalities.items()
        ]),
    ]  # fmt: skip
    return [group for group in groups if group.facets]


def _more(term: str, title: str, count: int) -> list[Facet]:
    return [Facet(term, title, count)] if count else []


def _term(field: str, name: str) -> str:
    """As the search language writes it, quoted where it has to be."""
    return f"{field}:{Name(name)}"


def _state_title(state: ReviewState) -> str:
    return {
        ReviewState.NONE: _tr("No decision"),
        ReviewState.REJECTED: _tr("Rejected"),
        ReviewState.PENDING: _tr("Pending"),
        ReviewState.ACCEPTED: _tr("Accepted"),
    }[state]


def _modality_title(modality: Modality) -> str:
    return {
        Modality.PHOTO: _tr("Photo"),
        Modality.MASK: _tr("Mask"),
        Modality.SKETCH: _tr("Sketch"),
        Modality.CAPTIONS: _tr("Captions"),
        Modality.ATTRIBUTES: _tr("Attributes"),
        Modality.POSE: _tr("Pose"),
    }[modality]


def _tr(text: str) -> str:
    return QCoreApplication.translate("facets", text)
