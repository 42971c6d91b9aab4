"""Fetching drives the official clients against stand-ins on this machine; nothing here goes to the network."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import types
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.__main__ import main
from app.faces.errors import DamagedFileError, FetchError, UnsafeFileError
from app.workbench import fetch_clients, fetching
from app.workbench.fetching import fetch, partial_folder
from tests.formats.drawn import NATIVE
from tests.tiny_dataset import contents

REPOSITORY = Path(__file__).resolve().parents[2]


def archive_of(files: dict[str, bytes], top: str = "CelebAMask-HQ/") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(top + path, data)
    return buffer.getvalue()


ARCHIVE = archive_of(NATIVE)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A client that leaves ``data`` in the folder, and how often it was called."""
    told: dict[str, Any] = {"data": ARCHIVE, "calls": 0}

    def download(folder: Path, quiet: bool) -> Path:
        told["calls"] += 1
        if isinstance(told["data"], Exception):
            raise told["data"]
        (folder / "celebamaskhq.zip").write_bytes(told["data"])
        return folder / "celebamaskhq.zip"

    monkeypatch.setattr(fetching, "CLIENTS", {"kaggle": download, "huggingface": download})
    return told


def test_the_archive_is_unpacked_and_the_rest_is_gone(tmp_path: Path, client: dict[str, Any]) -> None:
    target = tmp_path / "faces"
    fetched = fetch("kaggle", target, terms_accepted=True)
    assert contents(target) == NATIVE
    assert (fetched.files, fetched.archive) == (len(NATIVE), None)
    assert os.listdir(tmp_path) == ["faces"]


def test_an_archive_without_a_top_folder_is_taken_as_it_is(tmp_path: Path, client: dict[str, Any]) -> None:
    client["data"] = archive_of(NATIVE, top="")
    (tmp_path / "faces").mkdir()
    fetch("kaggle", tmp_path / "faces", terms_accepted=True, keep_zip=True)
    assert contents(tmp_path / "faces") == NATIVE
    assert (tmp_path / "faces.zip").read_bytes() == client["data"]


def test_without_the_terms_nothing_happens(tmp_path: Path, client: dict[str, Any]) -> None:
    with pytest.raises(FetchError, match="terms were not accepted"):
        fetch("kaggle", tmp_path / "faces", terms_accepted=False)
    assert (client["calls"], os.listdir(tmp_path)) == (0, [])


@pytest.mark.parametrize("there", ["file", "filled", "no parent", "zip"])
def test_a_target_that_is_taken_is_refused_first(tmp_path: Path, client: dict[str, Any], there: str) -> None:
    target = tmp_path / "faces"
    if there == "file":
        target.write_bytes(b"")
    elif there == "filled":
        target.mkdir()
        (target / "mine").write_bytes(b"")
    elif there == "zip":
        (tmp_path / "faces.zip").write_bytes(b"")
    else:
        target = tmp_path / "none" / "faces"
    with pytest.raises(FetchError):
        fetch("kaggle", target, terms_accepted=True, keep_zip=True)
    assert client["calls"] == 0


def test_space_is_asked_for_before_anything_is_downloaded(
    tmp_path: Path, client: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching.disk, "free_bytes", lambda path: 5_000_000_000)
    with pytest.raises(FetchError, match=r"5\.0 GB free, 7\.7 GB are needed"):
        fetch("kaggle", tmp_path / "faces", terms_accepted=True)
    assert client["calls"] == 0


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "C:/evil"])
def test_members_that_lead_out_are_refused(tmp_path: Path, client: dict[str, Any], name: str) -> None:
    client["data"] = archive_of({**NATIVE, name: b"x"}, top="")
    with pytest.raises(UnsafeFileError, match="nothing was unpacked"):
        fetch("kaggle", tmp_path / "faces", terms_accepted=True)
    assert not (tmp_path / "faces").exists()
    assert not (tmp_path / "evil").exists()


def test_a_bomb_is_refused(tmp_path: Path, client: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    client["data"] = archive_of({"CelebA-HQ-img/0.jpg": b"\0" * 30_000_000})
    with pytest.raises(UnsafeFileError, match="would grow"):
        fetch("kaggle", tmp_path / "faces", terms_accepted=True)
    monkeypatch.setattr(fetching, "_LARGEST", 1000)
    with pytest.raises(UnsafeFileError, match="would unpack to"):
        fetch("kaggle", tmp_path / "faces", terms_accepted=True)
    assert not (tmp_path / "faces").exists()


def test_a_cut_archive_leaves_no_target_and_the_next_try_makes_it_whole(tmp_path: Path, client: dict[str, Any]) -> None:
    client["data"] = ARCHIVE[:-100]
    with pytest.raises((DamagedFileError, UnsafeFileError)):
        fetch("kaggle", tmp_path / "faces", terms_accepted=True)
    assert not (tmp_path / "faces").exists()
    client["data"] = ARCHIVE
    fetch("kaggle", tmp_path / "faces", terms_accepted=True)
    assert contents(tmp_path / "faces") == NATIVE


def test_an_unpacking_that_was_stopped_begins_anew(tmp_path: Path, client: dict[str, Any]) -> None:
    class Stop:
        def report(self, done: int, total: int, note: str = "") -> None:
            if done == total:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("kaggle", tmp_path / "faces", terms_accepted=True, progress=Stop())
    assert not (tmp_path / "faces").exists()
    assert partial_folder(tmp_path / "faces").is_dir()
    fetch("kaggle", tmp_path / "faces", terms_accepted=True)
    assert contents(tmp_path / "faces") == NATIVE
    assert os.listdir(tmp_path) == ["faces"]


def test_the_command_shows_the_terms_and_compares(
    tmp_path: Path, client: dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert main(["fetch", "kaggle", str(tmp_path / "faces")]) == 3
    err = capsys.readouterr().err
    assert "non-commercial" in err
    assert "say --accept-terms" in err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert main(["fetch", "kaggle", str(tmp_path / "faces")]) == 1
    captured = capsys.readouterr()
    assert "Do you accept these terms?" in captured.err
    assert "compared with the released CelebAMask-HQ 1.1" in captured.out
    assert main(["fetch", "huggingface", str(tmp_path / "more"), "--accept-terms", "--json", "--keep-zip"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["folder", "source", "files", "archive", "complete"]
    assert told["archive"] == str(tmp_path / "more.zip")
    assert main(["fetch", "elsewhere", str(tmp_path / "x")]) == 2


def program(folder: Path, body: str) -> Path:
    """A stand-in for the ``kaggle`` program."""
    folder.mkdir(exist_ok=True)
    path = folder / "kaggle"
    path.write_text(f"#!{sys.executable}\nimport sys, pathlib\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script with a #! line")
class TestKaggle:
    """The official program is asked exactly so, and its refusals are turned into what to do."""

    @pytest.fixture(autouse=True)
    def _only_the_stand_in(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        monkeypatch.setattr(fetch_clients.sys, "executable", str(tmp_path / "nothing" / "python"))

    def test_it_is_asked_for_the_archive(self, tmp_path: Path) -> None:
        (tmp_path / "source.zip").write_bytes(ARCHIVE)
        body = (
            "args = sys.argv[1:]\n"
            "assert args[:3] == ['datasets', 'download', 'ipythonx/celebamaskhq'], args\n"
            "assert args[3] == '-p' and args[5:] == ['-q'], args\n"
            f"data = pathlib.Path({str(tmp_path / 'source.zip')!r}).read_bytes()\n"
            "(pathlib.Path(args[4]) / 'celebamaskhq.zip').write_bytes(data)"
        )
        self._install(tmp_path, body)
        fetch("kaggle", tmp_path / "faces", terms_accepted=True, quiet=True)
        assert contents(tmp_path / "faces") == NATIVE

    @pytest.mark.parametrize(
        ("body", "advice"),
        [
            ("print('401 - Unauthorized'); sys.exit(1)", "Create New Token"),
            ("sys.exit('OSError: Could not find kaggle.json.')", "Create New Token"),
            ("print('Max retries exceeded'); sys.exit(1)", "run the same command again"),
            ("print('403 - Forbidden')", "Create New Token"),
            ("sys.exit(1)", "if it asks for a login"),
        ],
    )
    def test_its_refusals_say_what_to_do(self, tmp_path: Path, body: str, advice: str) -> None:
        self._install(tmp_path, body)
        with pytest.raises(FetchError, match=advice):
            fetch("kaggle", tmp_path / "faces", terms_accepted=True, quiet=True)
        assert not (tmp_path / "faces").exists()

    def test_without_it_the_extra_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(FetchError, match=r"pip install 'facewright\[fetch\]'"):
            fetch("kaggle", tmp_path / "faces", terms_accepted=True)

    @staticmethod
    def _install(tmp_path: Path, body: str) -> None:
        path = program(tmp_path / "bin", body)
        # The stand-in's own interpreter: ``sys.executable`` of this test is not there.
        path.write_text(path.read_text().replace(str(tmp_path / "nothing" / "python"), os.path.realpath(PYTHON)))


PYTHON = sys.executable


class KaggleServer(BaseHTTPRequestHandler):
    """As much of api.kaggle.com as a download asks for."""

    refuse = False

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if KaggleServer.refuse:
            self._send(401, b"{}", "application/json")
        elif self.path.endswith("/DownloadDataset"):
            self._send(200, ARCHIVE, "application/zip")
        else:
            self._send(200, b'{"info": {}}', "application/json")

    def _send(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Type", kind)
        self.send_header("Last-Modified", "Mon, 13 May 2019 10:00:00 GMT")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.mark.skipif(shutil.which("kaggle") is None, reason="the client of Kaggle (the extra fetch) is not installed")
@pytest.mark.parametrize("refuse", [False, True])
def test_the_real_client_of_kaggle_fetches_from_a_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuse: bool
) -> None:
    KaggleServer.refuse = refuse
    server = ThreadingHTTPServer(("127.0.0.1", 0), KaggleServer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    # The client knows its server by name; as its proxy the stand-in gets what is meant for that.
    for name in [name for name in os.environ if "PROXY" in name.upper()]:
        monkeypatch.delenv(name)
    proxy = f"http://127.0.0.1:{server.server_address[1]}"
    settings = {"KAGGLE_API_ENVIRONMENT": "LOCALHOST", "KAGGLE_USERNAME": "nobody", "KAGGLE_KEY": "0" * 32}
    for name, value in {**settings, "HOME": str(tmp_path / "home"), "http_proxy": proxy}.items():
        monkeypatch.setenv(name, value)
    try:
        if refuse:
            with pytest.raises(FetchError, match="Create New Token"):
                fetch("kaggle", tmp_path / "faces", terms_accepted=True, quiet=True)
        else:
            fetch("kaggle", tmp_path / "faces", terms_accepted=True, quiet=True)
            assert contents(tmp_path / "faces") == NATIVE
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Hub(BaseHTTPRequestHandler):
    """As much of huggingface.co as a download asks for: one file, in ranges."""

    refuse = 0
    cut = 0
    data = ARCHIVE
    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        given = self.headers.get("Range")
        Hub.asked.append((self.command, given))
        if Hub.refuse or not self.path.startswith("/datasets/liusq/CelebAMask-HQ/resolve/main/CelebAMask-HQ.zip"):
            self.send_response(Hub.refuse or 404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        first = int(given.removeprefix("bytes=").partition("-")[0]) if given else 0
        data = Hub.data[first:]
        self.send_response(206 if given else 200)
        self.send_header("Content-Length", str(len(data)))
        if given:
            self.send_header("Content-Range", f"bytes {first}-{len(Hub.data) - 1}/{len(Hub.data)}")
        self.send_header("ETag", f'"{hashlib.sha256(Hub.data).hexdigest()}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if with_body:
            if Hub.cut:
                data, Hub.cut = data[: Hub.cut], 0
                self.close_connection = True
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def hub() -> Iterator[str]:
    Hub.refuse, Hub.cut, Hub.data = 0, 0, ARCHIVE
    Hub.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.skipif(
    importlib.util.find_spec("huggingface_hub") is None, reason="huggingface_hub (the extra fetch) is not installed"
)
class TestHuggingFace:
    """The real client against a stand-in of the hub, in a process of its own: it reads its settings once."""

    def _run(self, hub: str, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()}
        environment = {**kept, "HF_ENDPOINT": hub, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "NO_PROXY": "*"}
        environment.pop("HF_TOKEN", None)
        command = [sys.executable, "-m", "app", "fetch", "huggingface", *words]
        return subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=90, check=False
        )

    def test_the_archive_comes_whole(self, tmp_path: Path, hub: str) -> None:
        done = self._run(hub, tmp_path / "home", str(tmp_path / "faces"), "--accept-terms", "--quiet", "--json")
        assert done.returncode == 1, done.stderr
        assert json.loads(done.stdout)["files"] == len(NATIVE)
        assert contents(tmp_path / "faces") == NATIVE
        assert not partial_folder(tmp_path / "faces").exists()

    def test_a_broken_download_goes_on_where_it_was(self, tmp_path: Path, hub: str) -> None:
        # The client writes pieces of ten megabytes: only what is larger leaves anything to go on with.
        files = {**NATIVE, "CelebA-HQ-img/9.jpg": random.Random(1).randbytes(14_000_000)}
        Hub.data, Hub.cut = archive_of(files), 12_000_000
        done = self._run(hub, tmp_path / "home", str(tmp_path / "faces"), "--accept-terms")
        if done.returncode == 3:
            done = self._run(hub, tmp_path / "home", str(tmp_path / "faces"), "--accept-terms")
        assert done.returncode == 1, done.stderr
        assert contents(tmp_path / "faces") == files
        ranges = [given for command, given in Hub.asked if command == "GET" and given]
        assert len(ranges) == 1
        assert int(ranges[0].removeprefix("bytes=").partition("-")[0]) >= 10_000_000

    def test_a_refusal_says_where_the_login_belongs(self, tmp_path: Path, hub: str) -> None:
        Hub.refuse = 401
        done = self._run(hub, tmp_path / "home", str(tmp_path / "faces"), "--accept-terms", "--quiet")
        assert done.returncode == 3
        assert "hf auth login" in done.stderr
        assert not (tmp_path / "faces").exists()


def test_without_a_network_the_command_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The real client tries for half a minute before it says so.
    def refused(*_: object, **__: object) -> None:
        raise ConnectionError("[Errno 111] Connection refused.")

    hub = types.SimpleNamespace(hf_hub_download=refused)
    monkeypatch.setattr(fetch_clients.importlib.util, "find_spec", lambda name: True)
    monkeypatch.setattr(fetch_clients.importlib, "import_module", lambda name: hub)
    with pytest.raises(FetchError) as told:
        fetch("huggingface", tmp_path / "faces", terms_accepted=True)
    assert str(told.value) == (
        "Hugging Face's client gave up: [Errno 111] Connection refused; look at the network and run the same command"
        " again: what was downloaded is kept and it goes on there"
    )


def test_without_the_client_of_hugging_face_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_clients.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FetchError, match=r"pip install 'facewright\[fetch\]'"):
        fetch("huggingface", tmp_path / "faces", terms_accepted=True)
