"""Getting pip where Python comes without it: Debian's bare ``python3`` has neither pip nor ensurepip.

One wheel is pinned by name and hash, so it does not matter which of the configured places hands it over: the index
and the extra indexes of ``pip.conf`` and ``PIP_*``, or a find-links folder. There is no other download.
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import os
import re
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

WHEEL = "pip-26.3-py3-none-any.whl"
SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
DEFAULT_INDEX = "https://pypi.org/simple"


class NoPipError(Exception):
    """No configured place had the wheel; the message lists what was tried."""


def settings(environ: dict[str, str], files: list[Path]) -> dict[str, str]:
    """pip's own settings, as pip reads them: files from general to particular, then ``PIP_*``, later ones winning."""
    found: dict[str, str] = {}
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue
        for section in ("global", "install", "download"):
            if parser.has_section(section):
                found.update({key.lower().replace("_", "-"): value for key, value in parser.items(section)})
    for name, value in environ.items():
        if name.startswith("PIP_") and value:
            found[name[4:].lower().replace("_", "-")] = value
    return found


def config_files(environ: dict[str, str]) -> list[Path]:
    """Where pip looks for ``pip.conf`` on this platform (``PIP_CONFIG_FILE`` alone if it says so)."""
    named = environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path.home()
    if sys.platform == "win32":
        usual = [Path(environ.get(v, str(home))) / "pip" / "pip.ini" for v in ("PROGRAMDATA", "APPDATA")]
    elif sys.platform == "darwin":
        usual = [Path("/Library/Application Support/pip/pip.conf"), home / ".config/pip/pip.conf"]
        usual.append(home / "Library/Application Support/pip/pip.conf")
    else:
        config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        usual = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip/pip.conf", config / "pip/pip.conf"]
    return [*usual, Path(named)] if named else usual


def places(config: dict[str, str]) -> list[str]:
    """The pages and folders that may hold the wheel, best first."""
    links = config.get("find-links", "").split()
    if config.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        return links
    indexes = [config.get("index-url", DEFAULT_INDEX), *config.get("extra-index-url", "").split()]
    return [*links, *(f"{index.rstrip('/')}/pip/" for index in indexes)]


def lacks_certificates(config: dict[str, str]) -> bool:
    """Whether an index is asked over https and this machine has no certificate store at all."""
    if not any(place.startswith("https:") for place in places(config)):
        return False
    paths = ssl.get_default_verify_paths()
    named = [Path(file) for file in (config.get("cert"), paths.cafile) if file]
    if any(file.is_file() for file in named):
        return False
    return not (paths.capath and any(Path(paths.capath).iterdir()))


def links_in(page: str, base: str) -> list[str]:
    """The addresses on an index page that name our wheel."""
    hrefs = re.findall(r"""href\s*=\s*["']([^"']+)["']""", page)
    absolute = [urllib.parse.urljoin(base, href.replace("&amp;", "&")) for href in hrefs]
    return [a for a in absolute if urllib.parse.urlsplit(a).path.rpartition("/")[2] == WHEEL]


def fetch_wheel(folder: Path, config: dict[str, str]) -> Path:
    """The verified wheel, written into ``folder``. Raises NoPipError."""
    tried = []
    for place in places(config):
        try:
            for data in _candidates(place, config):
                if hashlib.sha256(data).hexdigest() == SHA256:
                    wheel = folder / WHEEL
                    wheel.write_bytes(data)
                    return wheel
                tried.append(f"{_shown(place)}: the file there is not the one we know")
            tried.append(f"{_shown(place)}: no {WHEEL}")
        except (OSError, ValueError) as error:
            tried.append(f"{_shown(place)}: {_shown_error(error)}")
    raise NoPipError("\n".join(f"  {line}" for line in dict.fromkeys(tried)))


def _candidates(place: str, config: dict[str, str]) -> list[bytes]:
    if "://" not in place:
        local = Path(place).expanduser()
        return [file.read_bytes() for file in (local / WHEEL, local) if file.name == WHEEL and file.is_file()]
    if place.startswith("file:"):
        folder = Path(urllib.request.url2pathname(urllib.parse.urlsplit(place).path))
        if folder.is_dir() and (folder / WHEEL).is_file():
            return [(folder / WHEEL).read_bytes()]
        place = (folder / "index.html").as_uri()
    page = _get(place, config).decode("utf-8", "replace")
    return [_get(link, config) for link in links_in(page, place)[:1]]


def _get(address: str, config: dict[str, str]) -> bytes:
    parts = urllib.parse.urlsplit(address)
    host = parts.hostname or ""
    netloc = f"{host}:{parts.port}" if parts.port else host
    request = urllib.request.Request(urllib.parse.urlunsplit(parts._replace(netloc=netloc, fragment="")))
    if parts.username is not None:
        who = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(who.encode()).decode())
    context = ssl.create_default_context(cafile=config.get("cert"))
    if {host, netloc} & set(config.get("trusted-host", "").split()):
        # As pip does for hosts the user trusts; the hash is what vouches for the wheel.
        context = ssl._create_unverified_context()
    handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPSHandler(context=context)]
    if "proxy" in config:
        handlers.append(urllib.request.ProxyHandler({"http": config["proxy"], "https": config["proxy"]}))
    opener = urllib.request.build_opener(*handlers)
    with opener.open(request, timeout=float(config.get("timeout") or config.get("default-timeout") or 60)) as answer:
        body: bytes = answer.read()
    return body


def _shown(place: str) -> str:
    """An address without the password that may be in it."""
    return re.sub(r"//[^/@]*@", "//", place)


def _shown_error(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"{reason.verify_message or reason} (install ca-certificates, or set PIP_CERT)"
    return str(reason)
