"""Edits of many samples from the window: replace, generate, import, set attributes; see ``desk``."""
