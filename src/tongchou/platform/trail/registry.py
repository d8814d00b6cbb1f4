"""The words of every recorded verb, gathered from each context's `verbs.py`."""

from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule


@cache
def verbs() -> dict[str, "str | Promise"]:
    """Return verb -> text (translated when shown) of all contexts."""
    found: dict[str, str | Promise] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("tongchou.") and module_has_submodule(config.module, "verbs"):
            own = import_module(f"{config.name}.verbs").VERBS
            assert not found.keys() & own.keys(), f"{config.name}.verbs repeats a verb"
            found |= own
    return found


def text_of(verb: str) -> str:
    """Return the verb's text; a verb of an older version shows as it was recorded."""
    return str(verbs().get(verb, verb))
