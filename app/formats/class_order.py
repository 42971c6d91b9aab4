"""The class order that a dataset's index maps are read in: named by the user, written beside them, or guessed.

A guess is never silent. Where it is not sure and the layout has no order of its own, masks are shown in the order that
fits best and not edited: a save in the wrong order would be written over right values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError
from app.faces.mask import IndexMap
from app.faces.sample import Modality, Problem
from app.formats.files import DatasetFolder, shown
from app.formats.format import UNNAMED
from app.formats.listing import FilesByName
from app.formats.map_decoding import decode_map
from app.formats.scheme_files import scheme_beside
from app.formats.scheme_guess import FEWEST, MAPS, guess_scheme

_SAY = "use --scheme to say otherwise"


@dataclass(frozen=True, slots=True)
class ClassOrder:
    """The scheme, what the user should know about where it comes from, and why masks cannot be edited in it."""

    scheme: ClassScheme
    problems: tuple[Problem, ...] = ()
    read_only: str | None = None


def class_order(
    folder: DatasetFolder, maps: FilesByName, named: ClassScheme, *, usual: ClassScheme | None = None
) -> ClassOrder:
    """The order of the maps. ``named`` is taken as it is unless it is ``UNNAMED``; ``usual`` is the layout's own order,
    kept where nothing speaks clearly for another."""
    if not maps.folders:
        return ClassOrder(named)
    places = [place for path in maps.folders for place in (path, path.rpartition("/")[0])] + [""]
    return order_of_maps(folder, places, _some(folder, maps), named, usual=usual)


def order_of_maps(
    folder: DatasetFolder,
    places: Sequence[str],
    maps: Iterable[IndexMap],
    named: ClassScheme,
    *,
    usual: ClassScheme | None = None,
) -> ClassOrder:
    """The same for maps of any origin. ``places`` are the folders where a table of classes may lie, the maps' own
    first; ``maps`` are only looked at where there is none."""
    if named is not UNNAMED:
        return ClassOrder(named)
    told: list[Problem] = []
    where = places[0]
    beside = scheme_beside(folder, places)
    if isinstance(beside, tuple):
        return ClassOrder(beside[0])
    if beside is not None:
        told.append(Problem(Modality.MASK, where, beside))
    guess = guess_scheme(maps)
    if not guess.maps:
        return ClassOrder(usual or guess.scheme, tuple(told))
    if guess.is_sure:
        if usual is None or guess.scheme.order != usual.order:
            told.append(Problem(Modality.MASK, where, f"class order guessed: {guess}; {_SAY}"))
        return ClassOrder(guess.scheme if usual is None or guess.scheme.order != usual.order else usual, tuple(told))
    if usual is not None and guess.maps < FEWEST:
        # A handful of maps says too little to call the layout's own order into question.
        return ClassOrder(usual, tuple(told))
    if usual is not None:
        message = f"class order not certain: read as {usual.name}, {guess.doubt}; {_SAY}"
        return ClassOrder(usual, (*told, Problem(Modality.MASK, where, message)))
    why = f"the class order of {shown(where) or 'the masks'} is not certain (best guess: {guess}; {guess.doubt})"
    message = f"{why}: masks are shown and not edited; name the order with --scheme"
    return ClassOrder(
        guess.scheme, (*told, Problem(Modality.MASK, where, message)), f"{why}; open it with --scheme NAME"
    )


def _some(folder: DatasetFolder, maps: FilesByName) -> Iterator[IndexMap]:
    """Maps from all over the dataset: neighbours may be frames of one film."""
    ids = maps.ids()
    wanted = range(min(len(ids), 2 * MAPS))
    # Every part of the set is met early: the first few may be enough.
    for step in sorted(wanted, key=lambda number: (number * 7) % max(1, len(wanted))):
        path = maps.path(ids[step * len(ids) // len(wanted)])
        try:
            yield decode_map(folder.read(path or "")).values
        except (FaceDataError, FileNotFoundError):
            continue
