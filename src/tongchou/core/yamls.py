"""Reading YAML at a sixth of the time, by libyaml where PyYAML was built with it."""

import re
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as FastLoader
except ImportError:
    from yaml import SafeLoader as FastLoader  # type: ignore[assignment]

__all__ = ["FastLoader", "load"]

# libyaml goes down on the machine's own stack and ends the process where that is used up, as a
# text of nothing but brackets does. No text nests deeper than it has marks that begin something,
# or columns that it is indented by; ours have some two hundred, and twenty.
_MARKS = re.compile(r"[\[{]|[-?][ \t]")
_INDENT = " " * 100
_MOST_MARKS = 500


def load(text: str, fast: type[Any] = FastLoader, plain: type[Any] = yaml.SafeLoader) -> Any:
    """Return what `text` writes down, of plain types only. Raises yaml.YAMLError, RecursionError.

    What `fast` refuses is read again by `plain`: it says better what is wrong, and in which line.
    """
    if _may_be_deep(text):
        return yaml.load(text, Loader=plain)
    try:
        return yaml.load(text, Loader=fast)
    except yaml.YAMLError:
        return yaml.load(text, Loader=plain)


def _may_be_deep(text: str) -> bool:
    return len(_MARKS.findall(text)) > _MOST_MARKS or _INDENT in text
