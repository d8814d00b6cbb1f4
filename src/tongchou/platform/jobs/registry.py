"""What work there is: each context's `jobs.py` says what it can be asked to do at length."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from tongchou.platform.jobs.handle import Handle

Work = Callable[[Handle], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work. `run` returns its result (JSON); `right` is needed to ask for it and see it.

    `nightly`: when it is due every day for every area, local time. `result_url` names the page of
    what it made, from the finished job.
    """

    name: str
    title: str | Promise
    right: str
    run: Work
    nightly: time | None = None
    result_url: Callable[[Any], str] | None = None


@cache
def kinds() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("tongchou.") and module_has_submodule(config.module, "jobs"):
            module = import_module(f"{config.name}.jobs")
            for kind in getattr(module, "KINDS", ()):
                assert kind.name not in found, f"two kinds of work are called {kind.name}"
                found[kind.name] = kind
    return found
