"""Reading YAML at a sixth of the time, by libyaml where PyYAML was built with it."""

from typing import Any

import yaml

try:
    from yaml import CSafeLoader as FastLoader
except ImportError:
    from yaml import SafeLoader as FastLoader  # type: ignore[assignment]

__all__ = ["FastLoader", "load"]


def load(text: str, fast: type[Any] = FastLoader, plain: type[Any] = yaml.SafeLoader) -> Any:
    """Return what `text` writes down, of plain types only. Raises yaml.YAMLError.

    What `fast` refuses is read again by `plain`: it says better what is wrong, and in which line.
    """
    try:
        return yaml.load(text, Loader=fast)
    except yaml.YAMLError:
        return yaml.load(text, Loader=plain)
