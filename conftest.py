"""The suite runs on SQLite without any server; TONGCHOU_DATABASE_URL points it at PostgreSQL."""

import os
import tempfile

from hypothesis import HealthCheck, settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
os.environ.setdefault("TONGCHOU_DIR", tempfile.mkdtemp(prefix="tongchou-tests-"))
os.environ.pop("TONGCHOU_DEMO", None)

# How long an example takes says how busy the machine is, not whether the law holds.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

pytest_plugins = ["tongchou.platform.trail.tests.flush", "tongchou.demo.tests.served"]
