"""The only way to obtain an institution for a user (P15)."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.platform.refusal import NotAllowed
from tongchou.providers.models import Doctor, Institution

if TYPE_CHECKING:
    from tongchou.platform.accounts.models import User


def institutions_for(user: "User") -> QuerySet[Institution]:
    """Return the area's institutions; a hospital's people do not see the register of others."""
    if user.institution_code is not None or not user.may("providers.view"):
        raise NotAllowed(_("医院不能看定点机构的登记。本院的协议请向经办机构查询"))
    return Institution.objects.filter(area=user.area_code)


def access_institution(user: "User", code: str) -> Institution:
    """Return the institution. Raises NotAllowed, or Http404 alike for unknown and others'."""
    institution = institutions_for(user).filter(code=code).first()
    if institution is None:
        raise Http404
    return institution


def access_doctor(user: "User", code: str, doctor_code: str) -> Doctor:
    institution = access_institution(user, code)
    doctor = Doctor.objects.filter(institution=institution, code=doctor_code).first()
    if doctor is None:
        raise Http404
    return doctor
