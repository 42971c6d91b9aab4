"""The exit statuses: a promise to other people's scripts."""

DONE, FINDINGS, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130


class WrongUsageError(Exception):
    """Words on the command line that make no sense, which only trying them could tell: status 2."""
