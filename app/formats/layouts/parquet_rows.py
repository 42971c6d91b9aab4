"""Rows of parquet shards at random: a row group's column is decoded at once and kept for its neighbours, within bounds.

Parquet has no way to one row. Pages of pictures are decoded a row group at a time, or in small batches where somebody
wrote thousands of pictures into one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.faces.errors import DamagedFileError, LayoutError, UnsafeFileError
from app.formats.arrow import arrow
from app.formats.layouts.shard_files import ShardFile

KEPT_BYTES = 256 * 1024 * 1024
WHOLE_GROUP = 96 * 1024 * 1024
"""Bytes of a row group's column up to which it is decoded at once."""
BATCH = 32
LIGHT_LIMIT = 512 * 1024 * 1024
"""Bytes of a shard's columns without pictures."""
ROW_LIMIT = 20_000_000


class ParquetShard:
    """One file: its row groups, and their columns. Raises FaceDataError, FileNotFoundError."""

    def __init__(self, root: Path, path: str) -> None:
        self.file = ShardFile(root, path)
        self.pa, self._parquet = arrow(LayoutError)
        with self._opened() as opened:
            self.metadata = opened.metadata
            self.schema = opened.schema_arrow
            self.leaves = [opened.schema.column(number).path for number in range(len(opened.schema))]
        self.groups = [self.metadata.row_group(number).num_rows for number in range(self.metadata.num_row_groups)]
        if min(self.groups, default=0) < 0 or sum(self.groups) > ROW_LIMIT:
            raise UnsafeFileError(f"{self.file.name} says that it has {sum(self.groups):,} rows; it is not read")

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        # Whatever Arrow finds wrong with a file it says by one of these.
        try:
            with (
                self.file.opened() as raw,
                self._parquet.ParquetFile(raw, metadata=getattr(self, "metadata", None)) as it,
            ):
                yield it
        except (self.pa.ArrowException, OSError, ValueError, KeyError, IndexError, TypeError, MemoryError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            why = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise DamagedFileError(f"{self.file.name} cannot be read as parquet ({why[:200]}); get it again") from None

    def light(self, leaves: Sequence[str]) -> Any:
        """These leaves of all rows as an Arrow table."""
        size = sum(self._size(group, lambda leaf: leaf in leaves) for group in range(len(self.groups)))
        if size > LIGHT_LIMIT:
            raise UnsafeFileError(f"{self.file.name} has {size:,} bytes of texts; it is not read")
        with self._opened() as opened:
            table = opened.read(columns=list(leaves), use_threads=False)
        if leaves and table.num_rows != sum(self.groups):
            raise DamagedFileError(f"{self.file.name} has not as many rows as it says; get it again")
        return table

    def pieces(self, group: int, column: str) -> int:
        """Rows of a piece that the group's column is decoded in."""
        size = self._size(group, lambda leaf: leaf.partition(".")[0] == column)
        return self.groups[group] if size <= WHOLE_GROUP else BATCH

    def piece(self, group: int, column: str, number: int, rows: int) -> Any:
        """One piece of a column as an Arrow array. Those before it are decoded and dropped."""
        with self._opened() as opened:
            batches = opened.iter_batches(rows, row_groups=[group], columns=[column], use_threads=False)
            for at, batch in enumerate(batches):
                if at == number:
                    return batch.column(0)
        raise DamagedFileError(f"{self.file.name} has fewer rows than it says; get it again")

    def _size(self, group: int, wanted: Callable[[str], bool]) -> int:
        """Bytes of some leaves of a group, unpacked."""
        told = self.metadata.row_group(group)
        columns = (told.column(number) for number in range(told.num_columns))
        return sum(max(0, each.total_uncompressed_size) for each in columns if wanted(each.path_in_schema))


class Kept:
    """What was decoded last, up to so many bytes. From any thread; one decodes at a time."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What ``make`` made for the key, now or earlier. It has ``nbytes``."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            made = make()
            self._held[key] = made
            total = sum(each.nbytes for each in self._held.values())
            while total > self._limit and len(self._held) > 1:
                total -= self._held.popitem(last=False)[1].nbytes
            return made
