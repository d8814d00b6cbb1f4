"""Rules that link a row by themselves: always a number and a name that agree, and one person only.

A number that is exactly somebody's is not enough: lists carry the numbers of relatives. Each rule
is SQL over `rows` (see linking) and a Registry, and yields (r, n) once for each row it settles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tongchou.core.matching.names import ANY

FULL_CUT = 15  # digits that a spreadsheet keeps: area, birth and the first of the sequence
LEAST_CUT = 12  # area and month of birth: only with the village


class Rule(NamedTuple):
    name: str
    query: str


_ONE = "group by r having count(distinct n) = 1"
_BORN = "{}.birth between open.born_told and open.born_until"  # a list may give the month only
_DAY = "(people.birth = open.born_told and people.birth = open.born_until)"
_LEFT = f"length(replace({{}}.key, '{ANY}', ''))"
_LIKE = f"replace({{}}.key, '{ANY}', '_')"  # a lost character stands for any one

# Two of one household may be called the same: then a relative's number agrees with the name too.
_NAMESAKE = """exists (from people other where other.key = people.key and other.n != people.n
    and other.town = people.town and other.village = people.village and other.head = people.head
    and people.head != '' and other.birth is distinct from people.birth)"""

# A number looked up by the name is a namesake's: what the row tells beside it fits another.
_FITS_ANOTHER = f"""not coalesce({_BORN.format("people")}, false) and exists (
    from people other where other.key = people.key and other.n != people.n and (
        (people.birth is not null and {_BORN.format("other")})
        or (open.village != '' and other.village = open.village and other.town = people.town
            and open.head != '' and open.head != people.head and other.head = open.head)
        or (open.village != '' and other.village = open.village
            and (open.town = '' or other.town = open.town)
            and people.village != open.village and people.head != open.head)))"""

# Of a number that is not whole, a namesake who lives elsewhere may be the only one that is found.
_NEAR_BY = """(open.town = '' or people.town = '' or people.town = open.town
    or (people.village != '' and people.village = open.village))"""

RULES: Sequence[Rule] = (
    Rule(
        "id_name",
        f"""select r, min(n) as n from open join numbers using (id) join people using (n)
        where open.kind = 'ok' and current and people.key = open.key and not open.wild
        and ({_BORN.format("people")} or not {_NAMESAKE})
        and not ({_FITS_ANOTHER}) {_ONE}""",
    ),
    Rule(
        "former_id_name",
        f"""select r, min(n) as n from open join numbers using (id) join people using (n)
        where open.kind = 'ok' and not current and people.key = open.key and not open.wild
        and not exists (from numbers other where other.id = open.id and other.current) {_ONE}""",
    ),
    # Only where nobody of the owner's village or the row's has the very name: a relative's number
    # with the name of its true owner's sister. A surname alone is the relative's as well.
    Rule(
        "id_variant",
        f"""select r, min(people.n) as n
        from open join numbers using (id) join people using (n)
        where open.kind = 'ok' and current and open.key != '' and people.key != open.key and (
            (open.wild and people.key like {_LIKE.format("open")}
                and ({_DAY}
                or ({_LEFT.format("open")} > 1 and not exists (
                from people other where other.n != people.n and other.town = people.town
                and other.village = people.village
                and (other.head = people.head or other.head = open.head)
                and other.key like {_LIKE.format("open")}))))
            or (not open.wild and (people.sound = open.sound
                or (contains(people.key, '{ANY}') and open.key like {_LIKE.format("people")}
                and ({_LEFT.format("people")} > 1 or {_DAY})))
                and not exists (
                from people other where other.key = open.key and (
                    (other.town = people.town and other.village = people.village)
                    or (other.town = open.town and other.village = open.village)))))
        {_ONE}""",
    ),
    Rule(
        "cut_name",
        f"""select r, min(people.n) as n
        from open join people on people.id[:{FULL_CUT}] = open.prefix and people.key = open.key
        where open.prefix != '' and not open.wild and {_NEAR_BY} {_ONE}
        union all
        select r, min(people.n) as n
        from open join people on people.id[:{LEAST_CUT}] = open.prefix[:{LEAST_CUT}]
            and people.key = open.key and people.village = open.village
        where open.kind = 'cut' and open.prefix = '' and length(open.id) >= {LEAST_CUT}
            and starts_with(people.id, open.id) and open.village != '' and not open.wild
            and (open.town = '' or open.town = people.town) {_ONE}""",
    ),
    Rule(
        "near_name",
        f"""select r, min(people.n) as n
        from open join near using (r) join numbers on numbers.id = near.id join people using (n)
        where current and people.key = open.key and not open.wild and {_NEAR_BY} {_ONE}""",
    ),
)
