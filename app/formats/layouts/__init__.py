"""Layouts that are no CelebAMask-HQ tree: other people's containers and annotation formats."""
