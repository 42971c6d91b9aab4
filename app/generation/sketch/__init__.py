"""Sketches from photos."""
