import hashlib
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "tongchou.platform.trail"
    label = "trail"
    verbose_name = _("操作留痕")

    def ready(self) -> None:
        connection_created.connect(_teach_sqlite_to_link, dispatch_uid="trail_link")


def _teach_sqlite_to_link(connection: Any, **kwargs: Any) -> None:
    """PostgreSQL has `trail_link` by migration; SQLite's functions live in the connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("trail_link", 2, _link, deterministic=True)


def _link(previous: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(previous + digest).digest()
