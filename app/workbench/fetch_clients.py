"""The official clients of Kaggle and Hugging Face: they log in, go on with broken downloads, and know the servers.

Both are optional. What they need from the user, credentials above all, is theirs to find; this program never reads
them, it only says where they belong when a client was refused.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.faces.errors import FetchError

KAGGLE_DATASET = "ipythonx/celebamaskhq"
HUGGING_FACE_REPOSITORY = "liusq/CelebAMask-HQ"
HUGGING_FACE_FILE = "CelebAMask-HQ.zip"
INSTALL = "pip install 'facewright[fetch]'"

_KAGGLE_LOGIN = (
    "make a token on kaggle.com (Settings, API, Create New Token) and put kaggle.json into the folder .kaggle in your"
    " home folder, readable by you alone"
)
_HUGGING_FACE_LOGIN = "log in with hf auth login, or set HF_TOKEN to a token of huggingface.co/settings/tokens"
_NETWORK = "look at the network and run the same command again: what was downloaded is kept and it goes on there"
_REFUSED = ("401", "403", "unauthorized", "forbidden", "credential", "kaggle.json", "authenticat", "api key", "log in")
_LAST_CHARACTERS = 300

Client = Callable[[Path, bool], Path]
"""Downloads the archive into a folder, quietly or not, going on where an earlier try ended; the path of the archive."""


def from_kaggle(folder: Path, quiet: bool) -> Path:
    """The archive by the ``kaggle`` program. Raises FetchError."""
    program = shutil.which("kaggle", path=str(Path(sys.executable).parent)) or shutil.which("kaggle")
    if program is None:
        raise FetchError(f"the client of Kaggle is not installed; {INSTALL}")
    command = [program, "datasets", "download", KAGGLE_DATASET, "-p", str(folder), *(["-q"] if quiet else [])]
    try:
        # Its bar goes to stderr, where ours goes too.
        errors = subprocess.STDOUT if quiet else None
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, check=False)  # noqa: S603
    except OSError as error:
        raise FetchError(f"{program} does not start: {error.strerror}; {INSTALL}") from None
    told = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode:
        raise FetchError(f"Kaggle's client gave up: {_end_of(told)}; {_advice(told, _KAGGLE_LOGIN)}")
    archives = sorted(folder.glob("*.zip"))
    if len(archives) != 1:
        raise FetchError(f"Kaggle's client ended without an archive: {_end_of(told)}; {_advice(told, _KAGGLE_LOGIN)}")
    return archives[0]


def from_hugging_face(folder: Path, quiet: bool) -> Path:
    """The archive by ``huggingface_hub``. Raises FetchError."""
    if importlib.util.find_spec("huggingface_hub") is None:
        raise FetchError(f"the client of Hugging Face is not installed; {INSTALL}")
    hub: Any = importlib.import_module("huggingface_hub")
    if quiet:
        tools: Any = importlib.import_module("huggingface_hub.utils")
        tools.disable_progress_bars()
        tools.logging.set_verbosity_error()
    try:
        return Path(
            hub.hf_hub_download(HUGGING_FACE_REPOSITORY, HUGGING_FACE_FILE, repo_type="dataset", local_dir=folder)
        )
    except Exception as error:
        # Its errors come from three libraries, and which ones changed with every major version.
        told = str(error).strip() or type(error).__name__
        raise FetchError(
            f"Hugging Face's client gave up: {_end_of(told)}; {_advice(told, _HUGGING_FACE_LOGIN)}"
        ) from error


CLIENTS: Mapping[str, Client] = MappingProxyType({"kaggle": from_kaggle, "huggingface": from_hugging_face})
"""By the name of the source."""


def _end_of(told: str) -> str:
    line = " ".join(told.split()) or "see above"
    return (line if len(line) <= _LAST_CHARACTERS else f"…{line[-_LAST_CHARACTERS:]}").rstrip(".;")


def _advice(told: str, login: str) -> str:
    if any(word in told.casefold() for word in _REFUSED):
        return login
    return _NETWORK if told else f"if it asks for a login: {login}; else {_NETWORK}"
