"""The searchable index of a dataset, and what was decoded of it: all of it can be made again from the files."""
