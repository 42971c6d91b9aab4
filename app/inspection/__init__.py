"""Looks at samples and says what is wrong or interesting. Values in, findings out: no files, no window, no changes."""
