"""What links and accounts say to a merge of two records of one person (people.hooks).

A link is between two records and is never moved: the record that goes has none left. Nor is what
is left in its account: it is drawn where it is, for as long as the two are one.
"""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan
from tongchou.funds.models import AccountMove
from tongchou.people import hooks
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.sharing import queries


def still_linked(keep: Person, gone: Person) -> list[str]:
    count = queries.open_links(gone, clock.today())
    if not count:
        return []
    words = _("并入的一档有 %(n)s 条家庭共济还在生效。请先解除，并档以后在保留的一档重新绑定")
    return [words % {"n": count}]


def drawn_since(keep: Person, moment: datetime) -> list[str]:
    """Return what accounts of records that went into `keep` have paid for it since, in words."""
    moves = AccountMove.objects.filter(
        person__merged_into=keep, for_person=keep, at__gte=moment
    ).exclude(person=keep)
    fen = -int(moves.aggregate(sum=Sum("amount"))["sum"] or 0)
    if not fen:
        return []
    words = _("并入一档的个人账户为保留的一档付了 %(fen)s 元；是两个人的，请冲正那些单据")
    return [words % {"fen": format_yuan(fen)}]


def register() -> None:
    hooks.add_obstacle(still_linked)
    hooks.add_left(drawn_since)
