"""Which kinds of cases there are: each context's `casework.py` lists its machines."""

from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from tongchou.platform.casework.machine import Machine


@cache
def machines() -> dict[str, Machine]:
    found: dict[str, Machine] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("tongchou.") or config.label == "casework":
            continue
        if module_has_submodule(config.module, "casework"):
            for machine in import_module(f"{config.name}.casework").MACHINES:
                assert machine.kind not in found, f"two machines are called {machine.kind}"
                found[machine.kind] = machine
    return found
