"""Arrays in, arrays out: footprints, the mask's one writer, overlay tables, outlines."""
