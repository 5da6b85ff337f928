"""What does the environment say about this clinic?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_DEMONSTRATION = "demonstration"
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def is_on(name: str) -> bool:
    """Whether a switch is set to something other than no."""
    return os.environ.get(name, "").strip().lower() not in ("", "0", "no", "false", "off")


def text(name: str) -> str:
    """A word or an address; empty if it is not set."""
    return os.environ.get(name, "").strip()


def number(name: str, otherwise: int) -> int:
    """A whole number above 0; anything else is refused by name, without its value."""
    text = os.environ.get(name, str(otherwise))
    if not text.strip().isdecimal() or int(text) == 0:
        raise ValueError(f"{name} is not a whole number above 0. Correct it in the environment.")
    return int(text)


def data_dir() -> Path:
    """Where the clinic keeps its database, attachments and secret: NEEDLEPOINT_DATA, or the user's
    data folder. A demonstration has a folder of its own in it, and so never a real clinic's data.
    """
    from platformdirs import user_data_path

    named = os.environ.get("NEEDLEPOINT_DATA")
    folder = Path(named) if named else user_data_path("needlepoint", appauthor=False)
    apart = is_on("NEEDLEPOINT_DEMONSTRATION") and folder.name != _DEMONSTRATION
    return folder / _DEMONSTRATION if apart else folder


def hosts() -> list[str]:
    """Names under which the clinic is reached; only this machine if none is set."""
    named = os.environ.get("NEEDLEPOINT_HOSTS", "")
    return [host.strip() for host in named.split(",") if host.strip()] or list(_LOOPBACK)


def secret() -> str:
    """NEEDLEPOINT_SECRET, or the secret the first start wrote; empty if there is neither."""
    named = os.environ.get("NEEDLEPOINT_SECRET")
    if named:
        return named
    kept = data_dir() / "secret"
    return kept.read_text().strip() if kept.is_file() else ""


def make_secret() -> None:
    """Make the clinic's folder, and a secret in it unless there is one. Only the owner may read."""
    import secrets

    folder = data_dir()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if secret():
        return
    handle = os.open(folder / "secret", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))


def database(url: str | None = None) -> dict[str, Any]:
    """Django's description of the database at NEEDLEPOINT_DATABASE_URL; SQLite if it is not set.

    Raises:
        ValueError: the address is of another kind than sqlite or postgresql.
    """
    named = None if is_on("NEEDLEPOINT_DEMONSTRATION") else text("NEEDLEPOINT_DATABASE_URL")
    url = url or named or f"sqlite:///{_default_file()}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path[1:] if parts.path.startswith("//") else parts.path))
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or "") or dict(parse_qsl(parts.query)).get("host", ""),
            "PORT": _port(parts),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # What was acknowledged is on the disk, whatever the server's own default says.
            "OPTIONS": {
                "options": "-c synchronous_commit=on",
                **{k: v for k, v in parse_qsl(parts.query) if k != "host"},
            },
        }
    raise ValueError(
        "NEEDLEPOINT_DATABASE_URL begins with neither sqlite: nor postgresql:. "
        "Write sqlite:////folder/clinic.sqlite3 or postgresql://user:password@host/name."
    )


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError as error:
        raise ValueError(
            "The port in NEEDLEPOINT_DATABASE_URL is no number. Correct it; in a password, write "
            "each of @ : / # % as % and two digits, for example %40 for @."
        ) from error


def _default_file() -> Path:
    return data_dir().absolute() / "clinic.sqlite3"


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A writer takes its lock when it begins, so that two never wait for each other in a
            # ring; FULL puts each commit on the disk before it is acknowledged.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # With recursive triggers, REPLACE fires the triggers that refuse to delete.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA recursive_triggers=ON;",
        },
    }
