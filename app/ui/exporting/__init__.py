"""Exports from the window: what and how (the dialog), under way (the status bar), the export list, working copies."""
