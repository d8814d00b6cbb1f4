"""Reads of the days of an area. None checks a user's right."""

from django.db.models import QuerySet

from tongchou.platform.workdays.calendar import Calendar
from tongchou.platform.workdays.models import SpecialDay


def calendar_of(area: str) -> Calendar:
    """Return the calendar in force now."""
    rows = SpecialDay.objects.filter(area=area, removed_at=None)
    return Calendar.of(rows.values_list("day", "works"))


def years_of(area: str) -> list[int]:
    """Return the years of which anything stands, newest first."""
    days = SpecialDay.objects.filter(area=area, removed_at=None).dates("day", "year")
    return sorted((one.year for one in days), reverse=True)


def days_of(area: str) -> QuerySet[SpecialDay]:
    return SpecialDay.objects.filter(area=area).select_related("entered_by", "removed_by")
