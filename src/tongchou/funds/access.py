"""The only way to the books for a user: the bureau's people, their own area."""

from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.funds.models import Entry
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed


def area_of_books(user: User) -> str:
    """Return the area whose books the user may see. Raises NotAllowed."""
    if user.institution_code or not user.may("funds.view"):
        raise NotAllowed(_("您的岗位不能看基金账。请联系本单位系统管理员"))
    return user.area_code


def access_entry(user: User, number: int) -> Entry:
    """Return an entry of the user's area. Raises NotAllowed, Http404."""
    found = Entry.objects.filter(pk=number, area=area_of_books(user)).first()
    if found is None:
        raise Http404
    return found
