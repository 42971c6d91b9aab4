"""Searching and filtering in the window: the line one types in, and the facets that write into it."""
