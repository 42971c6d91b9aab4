"""Sketches drawn from the photo: a preview beside the one that is there, touched up by hand, taken over as one edit."""
