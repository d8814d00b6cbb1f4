"""What links say to a merge of two records of one person (people.hooks).

A link is between two records and is never moved: the record that goes has none left.
"""

from django.utils.translation import gettext as _

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


def register() -> None:
    hooks.add_obstacle(still_linked)
