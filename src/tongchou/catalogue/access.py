"""The only way to obtain catalogue rows for a user. The lists are national and open to posts that
hold the right; uploaded files are the area's own (P15)."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.catalogue.models import Disease, ImportFile, Item
from tongchou.platform.refusal import NotAllowed

if TYPE_CHECKING:
    from tongchou.platform.accounts.models import User


def items_for(user: "User") -> QuerySet[Item]:
    _check(user, "catalogue.view")
    return Item.objects.all()


def diseases_for(user: "User") -> QuerySet[Disease]:
    _check(user, "catalogue.view")
    return Disease.objects.all()


def imports_for(user: "User") -> QuerySet[ImportFile]:
    _check(user, "catalogue.import")
    return ImportFile.objects.filter(area=user.area_code)


def access_item(user: "User", code: str) -> Item:
    item = items_for(user).filter(code=code).first()
    if item is None:
        raise Http404
    return item


def access_import(user: "User", pk: int) -> ImportFile:
    file = imports_for(user).filter(pk=pk).first()
    if file is None:
        raise Http404
    return file


def _check(user: "User", right: str) -> None:
    if not user.may(right):
        raise NotAllowed(_("您的岗位不能看目录。请联系本单位系统管理员"))
