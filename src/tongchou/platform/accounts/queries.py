"""Who works where. None of these checks a user's right."""

from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Organisation


def colleagues(area: str) -> list[User]:
    """Return the bureau's people of an area who can sign in, by name of login."""
    found = User.objects.filter(
        organisation__area=area, organisation__kind=Organisation.Kind.BUREAU, is_active=True
    )
    return list(found.order_by("login"))
