"""The open dataset as something one edits, undoes, journals and saves.

The way of an edit: ``edits`` (the verb) or ``stroke`` (the hand) → ``deltas`` (what it changed) → ``history`` (the tree
of steps) → ``recorder`` and ``edit_log`` (kept at once, on the ``writer`` thread); ``steps`` goes back and forth among
them, on the values that ``open_samples`` holds. The way of a save: ``save_queue`` (snapshots) → ``saving`` (all or
nothing) → ``journal`` (the commit point) → ``swapping`` and ``disk`` (the files), with ``originals`` kept and ``locks``
held; ``elsewhere`` is the way out of a dataset that cannot be written. ``offers`` brings back what an earlier session
left, ``reloading`` takes what other programs wrote. Review marks go their own way: ``mark_lines`` (the verb, and the
line it becomes) → ``mark_log`` (what all lines come to) → ``marks`` (the document's) and ``review_file``; ``timeline``
puts them in one order with a sample's edits. ``document`` is the door.
"""
