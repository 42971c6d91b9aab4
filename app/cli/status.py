"""The exit statuses: a promise to other people's scripts."""

DONE, FINDINGS, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130
