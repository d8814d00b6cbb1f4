"""The only way to obtain a user for somebody: administrators see those of their own area."""

from django.db.models import QuerySet
from django.http import Http404

from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed


def users_of(admin: User) -> QuerySet[User]:
    """Return the users whom `admin` looks after."""
    if not admin.may("users.manage"):
        raise NotAllowed("")
    return User.objects.filter(organisation__area=admin.area_code)


def access_user(admin: User, login: str) -> User:
    user = users_of(admin).filter(login=login).first()
    if user is None:
        raise Http404
    return user
