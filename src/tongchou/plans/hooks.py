"""What later contexts know of a version or a scheme's numbers, which plans must not import.

A context registers in its `AppConfig.ready`:

    hooks.add_report(report_of)        # (version) -> Report, or None where there is none
    hooks.add_use(assumed_in_use)      # (user, scheme) -> Use, or None
"""

from collections.abc import Callable
from dataclasses import dataclass

from tongchou.plans.models import PlanVersion
from tongchou.platform.accounts.models import User


@dataclass(frozen=True, slots=True)
class Report:
    """A document that a version rests on, in a line, with where it opens."""

    title: str
    text: str
    url: str


_reports: list[Callable[[PlanVersion], Report | None]] = []


def add_report(provider: Callable[[PlanVersion], Report | None]) -> None:
    """Show the provider's report beside each version that has one."""
    if provider not in _reports:
        _reports.append(provider)


def reports(version: PlanVersion) -> list[Report]:
    found = [provider(version) for provider in _reports]
    return [report for report in found if report is not None]


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
