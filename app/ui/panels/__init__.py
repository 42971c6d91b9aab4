"""The docks around the canvas; each shows a part of the document and owns nothing else."""
