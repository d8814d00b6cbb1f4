"""Who is meant by a row of a list: named rules over folded numbers and names, then candidates."""

from tongchou.core.matching.days import DayRead, read_birth, read_day, unread
from tongchou.core.matching.described import WHO, Described, describe, provisional
from tongchou.core.matching.linking import Pin, link, sure
from tongchou.core.matching.links import AUTO, NONE, REVIEW, RULES, Candidate, Link
from tongchou.core.matching.names import NameRead, read_name
from tongchou.core.matching.numbers import BROKEN, CUT, MISSING, OK, OTHER, IdRead, read_id
from tongchou.core.matching.places import town_key, village_key
from tongchou.core.matching.registry import COLUMNS, Registry

__all__ = [
    "AUTO",
    "BROKEN",
    "COLUMNS",
    "CUT",
    "MISSING",
    "NONE",
    "OK",
    "OTHER",
    "REVIEW",
    "RULES",
    "WHO",
    "Candidate",
    "DayRead",
    "Described",
    "IdRead",
    "Link",
    "NameRead",
    "Pin",
    "Registry",
    "describe",
    "link",
    "provisional",
    "read_birth",
    "read_day",
    "read_id",
    "read_name",
    "sure",
    "town_key",
    "unread",
    "village_key",
]
