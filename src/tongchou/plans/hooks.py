"""What later contexts know of a version, which plans must not import.

A context registers in its `AppConfig.ready`:

    hooks.add_report(report_of)   # (version) -> Report, or None where there is none
"""

from collections.abc import Callable
from dataclasses import dataclass

from tongchou.plans.models import PlanVersion


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
