"""The only way to obtain a person for a user (P15)."""

from typing import TYPE_CHECKING, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.people.models import Enrolment, Identity, Merge, Permit, Person, PersonNumber
from tongchou.platform.refusal import NotAllowed

if TYPE_CHECKING:
    from tongchou.platform.accounts.models import User

FactT = TypeVar("FactT", Enrolment, Identity, Permit, PersonNumber)


def persons_for(user: "User") -> QuerySet[Person]:
    """Return the persons of the user's area; an institution's people do not see the register.

    A record that has gone into another is not a person more.
    """
    return _records_for(user).filter(merged_into=None)


def _records_for(user: "User") -> QuerySet[Person]:
    if user.institution_code is not None or not user.may("people.view"):
        raise NotAllowed(_("医院只能看本院的结算单，不能看参保登记。查人请走接口 1101"))
    return Person.objects.filter(area=user.area_code)


def access_person(user: "User", psn_no: str) -> Person:
    """Return the person, or the record that went into another, whose page says so.

    Raises NotAllowed, or Http404 alike for unknown and other areas'.
    """
    person = _records_for(user).filter(psn_no=psn_no).first()
    if person is None:
        raise Http404
    return person


def access_fact(user: "User", psn_no: str, model: type[FactT], pk: int) -> FactT:
    """Return one fact of that person. Raises as `access_person`."""
    person = access_person(user, psn_no)
    fact = model.objects.filter(person=person, pk=pk).select_related("person").first()
    if fact is None:
        raise Http404
    return fact


def merges_for(user: "User") -> QuerySet[Merge]:
    rows = Merge.objects.filter(keep__in=_records_for(user))
    return rows.select_related("keep", "gone", "proposed_by", "decided_by", "undone_by").defer(
        "paper"
    )


def access_merge(user: "User", pk: int) -> Merge:
    """Return the merge. Raises as `access_person`."""
    merge = merges_for(user).filter(pk=pk).first()
    if merge is None:
        raise Http404
    return merge
