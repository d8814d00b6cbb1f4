"""Database settings from one URL, with what the ledger needs on either database."""

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# WAL lets pages be read while a bill is posted; FULL because an answered bill must survive (P2).
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA recursive_triggers=ON;"
    ),
}
# Django turns prepared statements off; the settlement path doubles with them on.
POSTGRES_OPTIONS: dict[str, Any] = {"prepare_threshold": 2, "connect_timeout": 10}


def database_from_url(url: str, folder: Path) -> dict[str, Any]:
    """Return a Django database entry for `url`; an empty URL is SQLite in `folder`."""
    if not url:
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'tongchou.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:],  # three slashes: from here; four: from the root
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": None,
            # A file, as in use: threads do not see each other's rows in a database in memory.
            "TEST": {"NAME": f"{tempfile.gettempdir()}/tongchou-test-{os.getpid()}.sqlite3"},
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(POSTGRES_OPTIONS),
            # Plans cached on an empty table stay bad for the life of a connection.
            "CONN_MAX_AGE": 600,
        }
    raise ValueError(f"TONGCHOU_DATABASE_URL: 不认识 {parts.scheme}，请用 sqlite 或 postgres")
