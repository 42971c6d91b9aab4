"""Sketches from photos: line maps, the photocopy filter, and networks that users bring.

``methods.py`` has the three as values with settings; a line map goes through ``flow.py`` (where lines are),
``thinning.py``, ``strokes.py`` and ``smoothing.py`` (lines as curves) to ``drawing.py`` (pixels or SVG).
"""
