"""Premiums of residents: when who pays how much, and who is given it back. Rules that are data."""

from tongchou.core.premiums.admitting import Admission, admit, day_of
from tongchou.core.premiums.book import Book, PremiumsError, Season, load_book
from tongchou.core.premiums.refunds import Decision, average, decide

__all__ = [
    "Admission",
    "Book",
    "Decision",
    "PremiumsError",
    "Season",
    "admit",
    "average",
    "day_of",
    "decide",
    "load_book",
]
