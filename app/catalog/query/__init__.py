"""Asking a catalog for samples: one language for the window, the command line and Python.

``resources/search-language.txt`` describes it, grammar included. ``parse`` reads a text into a ``Query``, a value that
says what is meant and where it was written; ``search`` finds the samples of a catalog that it holds for. While only a
part of a dataset is indexed a term may be neither true nor false of a sample: such a sample is no hit, neither with the
term nor with its opposite, and is counted as unknown.
"""

from app.catalog.query.complete import Completion, complete
from app.catalog.query.evaluate import Searched, needs_of
from app.catalog.query.explain import Explainer, Reason, explain
from app.catalog.query.parser import parse
from app.catalog.query.saved import SavedSearches
from app.catalog.query.search import Hits, mask_of, search
from app.catalog.query.syntax import Query
from app.catalog.query.toggling import active_terms, toggle_term
from app.faces.errors import QueryError

__all__ = [
    "Completion",
    "Explainer",
    "Hits",
    "Query",
    "QueryError",
    "Reason",
    "SavedSearches",
    "Searched",
    "active_terms",
    "complete",
    "explain",
    "mask_of",
    "needs_of",
    "parse",
    "search",
    "toggle_term",
]
