"""The errors a user can do something about.

    FaceDataError
    ├── LayoutError            the folder is not a dataset we can open (and why)
    ├── SampleNotFoundError    no sample has that id
    ├── DamagedFileError       the file's content cannot be trusted
    ├── UnsafeFileError        the file asks for something data must never do (run code, leave the folder)
    ├── InvalidEditError       the edit makes no sense here (locked class, wrong size, newline in a caption)
    ├── ReadOnlyError          this file or place cannot be written
    ├── ConflictError          somebody else changed the file since it was read
    ├── SaveError              the disk refused (full, failing, permission)
    ├── DatasetBusyError       another window holds the dataset or the sample
    ├── ExportError            the export cannot be made like this (options, target, a missing extra)
    ├── FetchError             the data could not be downloaded (terms, target, space, client, login, network)
    ├── GrammarError           a grammar for captions does not work (which line, and what stands there instead)
    └── QueryError             the search cannot be understood (where, and what might have been meant)

Every message says what, where and what now: ``00042_hair.png is 500×512, its layers 512×512; resize it or
remove it``. They are raised low and caught at three places only: the job runner, the action dispatch and the
command line. Cancelling is not an error and not in this tree.
"""


class FaceDataError(Exception):
    """The root: anything about the data, the place or the edit that the user can act on."""


class LayoutError(FaceDataError):
    """The folder cannot be opened as a dataset."""


class SampleNotFoundError(FaceDataError):
    """The dataset has no sample with the id asked for."""


class DamagedFileError(FaceDataError):
    """The file is cut, corrupt or of a kind we must not guess about."""


class UnsafeFileError(FaceDataError):
    """The file tries to run code, name a path outside its folder or exhaust the machine."""


class InvalidEditError(FaceDataError):
    """The edit cannot be made on this value."""


class ReadOnlyError(FaceDataError):
    """The value or the place cannot be written; nothing was changed."""


class ConflictError(FaceDataError):
    """A file on disk is not the one that was read; it was not overwritten."""


class SaveError(FaceDataError):
    """Writing failed; the edit is still in memory and in the edit log."""


class DatasetBusyError(FaceDataError):
    """Another live process holds what is needed."""


class ExportError(FaceDataError):
    """The export that was asked for cannot be made; nothing was written."""


class FetchError(FaceDataError):
    """The dataset could not be fetched; what was downloaded is kept and the target is not there."""


class GrammarError(FaceDataError):
    """A grammar file cannot be used; the message names its line."""


class QueryError(FaceDataError):
    """A search that cannot be understood: characters ``start`` to ``end`` of its text are to blame.

    ``suggestion`` is what those characters might have been meant to be, where something comes close.
    """

    def __init__(self, message: str, start: int, end: int, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.suggestion = suggestion
