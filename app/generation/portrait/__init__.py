"""Draws invented people: a head in three dimensions, painted, lit, dressed and traced in pencil.

Nothing here is taken from a photograph. ``people`` says who can be drawn, ``briefs`` and ``casting`` choose them,
``facts`` tells their attributes. ``head`` is the shape that pose turns; ``complexion`` and ``features`` paint its face
on a flat ``chart``; ``hair`` and ``strands``, ``body``, ``hats`` and ``wear`` dress it; ``studio`` lights it,
``portrait`` puts all together from back to front, ``pencil`` makes the sketch. Every class's mask is cut from the
shapes that were painted, so masks fit their photos to the pixel.
"""
