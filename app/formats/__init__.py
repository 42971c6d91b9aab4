"""The only room that knows what dataset files look like."""
