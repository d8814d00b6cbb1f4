"""What later contexts know of a scheme's numbers, which plans must not import.

A context registers in its `AppConfig.ready`: hooks.add_use(assumed_in_use)  # (user, scheme) -> Use
"""

from collections.abc import Callable
from dataclasses import dataclass

from tongchou.platform.accounts.models import User


@dataclass(frozen=True, slots=True)
class Use:
    """How many bills of the last days rest on a number 待确认; `url` lists them."""

    days: int
    count: int
    url: str


Counted = Callable[[User, str], Use | None]
_uses: list[Counted] = []


def add_use(provider: Counted) -> None:
    if provider not in _uses:
        _uses.append(provider)


def uses(user: User, scheme: str) -> list[Use]:
    return [use for provider in _uses if (use := provider(user, scheme)) is not None]
