"""Whether a payment is taken for a year: in the window, or later by a rule that is stated."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from tongchou.core.premiums.book import Book

BEIJING = timezone(timedelta(hours=8))


class Admission(NamedTuple):
    """`words` says by which rule, or why not and what to do; `assumed`: the rule has no source."""

    taken: bool
    rule: str
    words: str
    assumed: bool = False


def day_of(moment: datetime) -> date:
    """Return the day of a moment in Beijing, where the window opens and closes."""
    return moment.astimezone(BEIJING).date()


def admit(
    book: Book, year: int, paid: date, *, born: date | None = None, recognised: date | None = None
) -> Admission:
    """Say whether what was paid on a day counts for `year`.

    `recognised`: the day from which the person is helped, the one nearest before the payment.
    """
    season = book.season_of(year)
    if season.opens <= paid <= season.closes:
        words = f"在缴费期 {season.opens} 至 {season.closes} 内"
        return Admission(True, "window", words, season.assumed)
    if paid < season.opens:
        words = f"早于 {year} 年度缴费期的开始 {season.opens}。请核对所属年度"
        return Admission(False, "", words, season.assumed)
    begun = {"newborn": born, "recognised": recognised}
    for rule in book.in_year:
        day = begun[rule.ground]
        # Who was there before the window closed could have paid in it.
        if day is None or day <= season.closes or paid.year > year:
            continue
        if timedelta(0) <= paid - day <= timedelta(days=rule.days):
            words = f"{rule.words}：{day} 起 {rule.days} 天内补缴"
            return Admission(True, rule.ground, words, rule.assumed)
    words = f"晚于缴费期的截止 {season.closes}，又不合年内补缴的规定。请退回税务核对"
    return Admission(False, "", words, season.assumed)
