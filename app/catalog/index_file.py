"""The file of a search index and the one connection to it: what is gone, broken or of another version is begun anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from app.catalog import schema
from app.catalog.places import CatalogPlaces
from app.faces.errors import DamagedFileError, DatasetBusyError, SaveError

T = TypeVar("T")


class IndexFile:
    """``db`` is another connection after a renewal. ``notices`` are sentences for the user, ``renewals`` counts."""

    def __init__(self, places: CatalogPlaces, begun: Callable[[], None]) -> None:
        """``begun`` is called when another file, which is empty, took the place of the one before."""
        self._places = places
        self._begun = begun
        self.notices: list[str] = [places.notice] if places.notice else []
        self.renewals = 0
        self._identity: schema.Identity | None = None
        self.db = self._connected()

    @property
    def is_kept(self) -> bool:
        """Whether there is a file, or all is in memory."""
        return self._identity is not None

    def close(self) -> None:
        """No more use."""
        self._identity = None
        self.db.close()

    def leave(self, why: str) -> None:
        """Go on in memory, where nothing is known yet."""
        self.db.close()
        self.db = self._memory(why)

    def use(self, action: Callable[[], T]) -> T:
        """Do it; if the file turns out to be gone or broken, begin a new one and do it there.

        Raises SaveError when the disk refuses, DatasetBusyError when another program keeps writing.
        """
        now = schema.identity(self._places.catalog)
        if self._identity is not None and now != self._identity:
            if now[0] != self._identity[0]:
                self._say_anew("was deleted")
            else:  # only the log is another one: a program that took itself for the last one has put it away
                self.renewals += 1
            self.db.close()
            self._begin()
        try:
            return action()
        except sqlite3.ProgrammingError:
            raise  # of a catalog that was closed, for example: nothing is wrong with the file
        except (sqlite3.DatabaseError, DamagedFileError, UnicodeDecodeError) as error:
            if schema.is_busy(error):
                raise DatasetBusyError("another program keeps the search index busy; try again in a moment") from error
            if not schema.is_damage(error):
                raise SaveError(f"the search index {self._places.catalog} cannot be used: {error}") from error
            self._say_anew(f"is damaged ({error})")
            is_still_ours = schema.identity(self._places.catalog) == self._identity
            self.db.close()
            with suppress(OSError):
                if is_still_ours:
                    schema.remove(self._places.catalog)
            self._begin()
        return action()

    @contextmanager
    def refusals_named(self) -> Iterator[None]:
        """What the disk refuses inside is a SaveError that says what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if schema.is_damage(error) or schema.is_busy(error):
                raise
            raise SaveError(
                f"the search index {self._places.catalog} cannot be written: {error}; free some space on that disk"
            ) from error

    def _begin(self) -> None:
        self.db = self._connected()
        self._begun()

    def _connected(self) -> sqlite3.Connection:
        """A connection to the file; one that is broken or of another version is replaced by an empty one."""
        file = self._places.catalog
        for _ in range(2):
            before = schema.identity(file)
            try:
                self._places.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                was_emptied = schema.is_emptied(file)
                connection = schema.connected(file)
            except DamagedFileError as error:
                self._say_anew(f"is not usable ({error})")
                try:
                    if schema.identity(file)[0] == before[0]:  # else another program has replaced it already
                        schema.remove(file)
                except OSError as refusal:
                    return self._memory(refusal.strerror or str(refusal))
            except (sqlite3.Error, OSError) as error:
                return self._memory(str(error))
            else:
                if was_emptied:
                    self._say_anew("was empty")
                self._identity = schema.identity(file)
                return connection
        return self._memory("another program keeps replacing it")

    def _say_anew(self, what: str) -> None:
        self.notices.append(f"the search index of this dataset {what}; it is made anew")
        self.renewals += 1

    def _memory(self, why: str) -> sqlite3.Connection:
        self.notices.append(
            f"the search index cannot be kept in {self._places.folder} ({why}): it is made anew each time; free some"
            " space or make the folder writable"
        )
        self._identity = None
        return schema.in_memory()
