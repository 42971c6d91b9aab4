"""Makes what is missing: demo faces from parameters, captions from attributes."""
