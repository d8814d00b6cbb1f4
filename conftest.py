"""The suite runs on SQLite without any server; TONGCHOU_DATABASE_URL points it at PostgreSQL."""

import gc
import os
import tempfile

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
os.environ.setdefault("TONGCHOU_DIR", tempfile.mkdtemp(prefix="tongchou-tests-"))
os.environ.pop("TONGCHOU_DEMO", None)

# How long an example takes says how busy the machine is, not whether the law holds.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

pytest_plugins = ["tongchou.platform.trail.tests.flush", "tongchou.demo.tests.served"]

# pytest-django refuses the database to whoever asks for none of these.
OPENS_THE_DATABASE = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--what-the-database-may-change",
        action="store_true",
        help="only tests that open the database or run long: the others are the same on any",
    )


def pytest_configure() -> None:
    # Each test's client would list the static files anew; they are as well found when asked for.
    django_settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("what_the_database_may_change"):
        same = [item for item in items if not _may_change(item)]
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if _may_change(item)]


def _may_change(item: pytest.Item) -> bool:
    names = OPENS_THE_DATABASE & {*getattr(item, "fixturenames", ())}
    marks = ("django_db", "postgres", "browser", "slow")
    return bool(names) or any(item.get_closest_marker(mark) for mark in marks)


def pytest_collection_finish() -> None:
    # What is loaded by now stays: looking through it for garbage again and again takes a tenth.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
