"""``README.md`` as the Hugging Face hub has it: a block that ``datasets`` reads, and what people should know.

Without it ``datasets`` guesses what a folder is by the suffix that most of its files have, and finds only splits that
are called train, test or validation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.formats.exporting.protocol import Written

CARD = "README.md"
_WORDS = frozenset("yes no on off true false null Yes No On Off True False Null y n Y N".split())


def card(
    patterns: Mapping[str, str],
    features: Mapping[str, Any],
    written: Iterable[Written],
    totals: Mapping[str, Sequence[int]] | None = None,
    *,
    are_typed: bool = True,
) -> bytes:
    """The card of an export whose splits have these files (split → pattern).

    ``features`` are the columns as ``datasets`` describes them in JSON, ``written`` the export's parts, ``totals`` rows
    and bytes of each split.
    Without ``are_typed`` the columns are told to people only: ``datasets`` finds out for itself what it has.
    """
    lines = ["---", "license: other", "task_categories:", "- image-segmentation", "- text-to-image"]
    if are_typed:
        lines += ["dataset_info:", "  features:", *_yaml(features, "  ")]
    if totals is not None:
        lines.append("  splits:")
        for split, (count, size) in totals.items():
            lines += [f"  - name: {_quoted(split)}", f"    num_bytes: {size}", f"    num_examples: {count}"]
    # To tell whether its cache of a local folder with such a block still holds, datasets looks at the block alone:
    # without the fingerprint another export, or a new one in the same place, would show the pictures of the old one.
    lines += ["configs:", "- config_name: default", f"  description: content {_fingerprint(written)}", "  data_files:"]
    for split, pattern in patterns.items():
        lines += [f"  - split: {_quoted(split)}", f"    path: {_quoted(pattern)}"]
    lines += ["---", "", "# Faces with masks, captions and attributes", ""]
    lines += [
        "Exported by Facewright. The licence of the dataset it was made of holds for it too; see `LICENSE-NOTICE.txt`.",
        "",
        "Pair samples with other data by `image_id`, never by their position.",
    ]
    if "class_masks" in features:
        lines += [
            "",
            "Masks are one black and white picture for each class that covers a pixel; they may overlap.",
            "A mask that covers nothing has one picture, `background`.",
        ]
    if "mask" in features:
        lines += ["", "`mask` is an index map; `id2label.json` names its values."]
    return ("\n".join(lines) + "\n").encode()


def _fingerprint(written: Iterable[Written]) -> str:
    """The same for the same files and rows."""
    digest = hashlib.sha256()
    for part in written:
        digest.update(json.dumps([[[file.path, file.sha256] for file in part.files], part.rows]).encode())
    return digest.hexdigest()[:16]


def _yaml(features: Mapping[str, Any], indent: str) -> list[str]:
    lines = []
    for name, feature in features.items():
        lines.append(f"{indent}- name: {_quoted(name)}")
        inner = f"{indent}  "
        if isinstance(feature, list):
            lines += [f"{inner}list:", *_yaml(feature[0], inner)]
        elif "_type" not in feature:
            lines += [f"{inner}struct:", *_yaml(feature, inner)]
        elif feature["_type"] == "Sequence":
            lines.append(f"{inner}sequence: {feature['feature']['dtype']}")
        else:
            lines.append(f"{inner}dtype: {feature.get('dtype', 'image')}")
    return lines


def _quoted(text: str) -> str:
    """Text for YAML, of which JSON's strings are a part; plain where it cannot be taken for anything else."""
    return text if text.replace("_", "a").isalpha() and text.isascii() and text not in _WORDS else json.dumps(text)
