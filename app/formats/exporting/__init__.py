"""Writing samples into other layouts: one format per file, the registry lists them."""
