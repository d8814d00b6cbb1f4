"""Links of a personal account to the owner's relatives 家庭共济: whose bills it may pay, and when.

A link is made by one act and ended by another; nothing else of it is ever changed, and one that was
wrong from the start is struck. Triggers on both databases hold the money to it: an account is drawn
on for another's bill only under a link in force on that day, and no link is taken from under what
was drawn.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.sharing import RELATIONS
from tongchou.people.models import Fact, Person


class AccountLink(Fact):
    """Over [start, end) the owner's personal account also pays the member's bills.

    `source` is the evidence of the relation, `ended_source` that of its end.
    """

    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    relation = models.CharField(_("关系"), max_length=10)  # the member is the owner's
    ended_source = models.CharField(_("解除依据"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("家庭共济")
        constraints = [
            models.CheckConstraint(
                name="account_link_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            ),
            models.CheckConstraint(name="account_link_two", condition=~Q(owner=F("member"))),
            models.CheckConstraint(
                name="account_link_relation", condition=Q(relation__in=RELATIONS)
            ),
            models.CheckConstraint(
                name="account_link_ended",
                condition=Q(end=None, ended_source="")
                | (Q(end__isnull=False) & ~Q(ended_source="")),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "start"], name="account_link_member"),
            models.Index(fields=["owner", "member", "start"], name="account_link_owner"),
        ]
