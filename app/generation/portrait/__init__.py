"""Draws invented people: a head in three dimensions, painted, lit, dressed and traced in pencil.

Nothing here is taken from a photograph. ``people`` says who is drawn, ``casting`` chooses them, ``head`` is the shape
that pose turns, ``complexion`` and ``features`` paint the face on a flat chart, ``hair``, ``clothes`` and ``wear``
dress it, ``studio`` lights and composes, ``pencil`` makes the sketch. Every class's mask is cut from the same shapes
that were painted, so masks fit their photos to the pixel.
"""
