"""Thirty thousand samples as pictures: a grid, and a strip under the canvas. Nothing here holds a picture per row."""
