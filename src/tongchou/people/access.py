"""The only way to obtain a person for a user (P15)."""

from typing import TYPE_CHECKING, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.people.models import Enrolment, Identity, Person, PersonNumber
from tongchou.platform.refusal import NotAllowed

if TYPE_CHECKING:
    from tongchou.platform.accounts.models import User

FactT = TypeVar("FactT", Enrolment, Identity, PersonNumber)


def persons_for(user: "User") -> QuerySet[Person]:
    """Return the persons of the user's area; an institution's people do not see the register."""
    if user.institution_code is not None or not user.may("people.view"):
        raise NotAllowed(_("医院只能看本院的结算单，不能看参保登记。查人请走接口 1101"))
    return Person.objects.filter(area=user.area_code)


def access_person(user: "User", psn_no: str) -> Person:
    """Return the person. Raises NotAllowed, or Http404 alike for unknown and other areas'."""
    person = persons_for(user).filter(psn_no=psn_no).first()
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
