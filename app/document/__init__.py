"""The open dataset as something one edits, undoes, journals and saves."""
