"""The suite runs on SQLite without any server; TONGCHOU_DATABASE_URL points it at PostgreSQL."""

import os
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
os.environ.setdefault("TONGCHOU_DIR", tempfile.mkdtemp(prefix="tongchou-tests-"))
os.environ.pop("TONGCHOU_DEMO", None)

pytest_plugins = ["tongchou.platform.trail.tests.flush", "tongchou.demo.tests.served"]
