"""``manifest.json``: from what, by what and with which options an export was made, and the hash of every file in it.

Nothing in it tells where on whose machine that happened, and the same export of the same files gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from importlib import metadata
from pathlib import Path, PurePath
from typing import Any

from app import __version__
from app.faces.classes import CLASSES
from app.faces.errors import ExportError
from app.faces.sample import SampleId
from app.formats.exporting.folder import DiskFolder, WrittenFile
from app.formats.exporting.options import as_json, choices_of
from app.formats.exporting.protocol import ExportItem
from app.formats.exporting.rows import ESCAPE, FORMULA_STARTS
from app.formats.files import shown
from app.workbench.exporting.plan import ExportPlan
from app.workbench.exporting.target import MANIFEST

_LIBRARIES = ("numpy", "opencv-python", "pillow", "isal", "simplejpeg")
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+).*extra\s*==\s*[\"']([^\"']+)")


def write_manifest(
    plan: ExportPlan, missing: Collection[SampleId], files: Iterable[WrittenFile], folder: DiskFolder
) -> str:
    """The manifest is in the folder; its SHA-256. ``missing`` samples were left out.

    Raises ExportError where two files have one name, SaveError.
    """
    document = json.dumps(_document(plan, missing), indent=1)
    seen: set[str] = {MANIFEST}
    digest = hashlib.sha256()
    with folder.create(MANIFEST) as target:

        def put(text: str) -> None:
            data = text.encode()
            digest.update(data)
            target.write(data)

        put(document.removesuffix("\n}") + ',\n "files": [')
        separator = "\n"
        for file in files:
            if file.path in seen:
                raise ExportError(f"two files of the export are called {shown(file.path)}; renumber the samples")
            seen.add(file.path)
            put(separator + "  " + json.dumps({"path": file.path, "size": file.size, "sha256": file.sha256}))
            separator = ",\n"
        put("\n ]\n}\n")
    return digest.hexdigest()


def renaming_table(items: Iterable[ExportItem]) -> bytes:
    """``name,id`` of every sample as CSV; what a spreadsheet would take for a formula has a ``'`` before it."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("name", "id"))
    for item in items:
        row = (item.name, item.sample)
        table.writerow(f"{ESCAPE}{each}" if each.startswith(FORMULA_STARTS) else each for each in row)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _document(plan: ExportPlan, missing: Collection[SampleId]) -> dict[str, Any]:
    store = plan.request.store
    return {
        "facewright_export": 1,
        "format": plan.format.name,
        "source": {
            "name": Path(os.path.realpath(store.root)).name,
            "layout": store.layout,
            "samples": len(store.sample_ids),
            "scheme": store.scheme.name,
            "paint_order": _painted(plan),
        },
        "options": _without_folders(plan.options),
        "splits": _without_folders(plan.request.splits),
        "renumbered": plan.request.renumber,
        "versions": _versions(plan.format.extra),
        "samples": [
            {"id": item.sample, "name": item.name, **({"split": item.split} if item.split else {})}
            for item in plan.items
            if item.sample not in missing
        ],
    }


def _painted(plan: ExportPlan) -> list[str]:
    names = {face_class.id: face_class.name for face_class in CLASSES}
    return [names[class_id] for class_id in plan.request.store.paint_order]


def _without_folders(options: Any) -> dict[str, Any]:
    """The options; of a file that one of them names only its name."""
    told = as_json(options)
    for choice in choices_of(type(options)):
        if choice.is_file and told[choice.name]:
            told[choice.name] = PurePath(told[choice.name]).name
    return told


def _versions(extra: str) -> dict[str, str]:
    """Versions of this program, Python, and the libraries that encode what is written."""
    versions = {"facewright": __version__, "python": platform.python_version()}
    for library in (*_LIBRARIES, *required_by(extra)):
        with suppress(metadata.PackageNotFoundError):
            versions[library] = metadata.version(library)
    return versions


def required_by(extra: str) -> list[str]:
    """The packages that an optional extra of this one asks for, as its metadata has them."""
    try:
        lines = metadata.requires("facewright") or []
    except metadata.PackageNotFoundError:
        return []
    found = (_REQUIREMENT.match(line) for line in lines)
    return [each[1] for each in found if each and each[2] == extra]
