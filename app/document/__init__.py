"""The open dataset as something one edits, undoes, journals and saves.

The way of an edit: ``edits`` (the verb) or ``stroke`` (the hand) → ``deltas`` (what it changed) → ``history`` (the tree
of steps) → ``recorder`` and ``edit_log`` (kept at once, on the ``writer`` thread). The way of a save: ``save_queue``
(snapshots) → ``saving`` (all or nothing) → ``journal`` (the commit point) → ``swapping`` and ``disk`` (the files), with
``originals`` kept and ``locks`` held; ``elsewhere`` is the way out of a dataset that cannot be written. ``offers``
brings back what an earlier session left. ``document`` is the door.
"""
