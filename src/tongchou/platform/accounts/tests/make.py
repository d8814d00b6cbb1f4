"""Valid rows for tests."""

from functools import cache
from itertools import count

from django.contrib.auth.hashers import get_hasher, make_password

from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area, Organisation

PASSWORD = "jian-kang-2019"
_numbers = count(1)


@cache
def _hashed(algorithm: str) -> str:
    """Hash once a run: a hash is slow on purpose."""
    return make_password(PASSWORD, hasher=algorithm)


def make_area(code: str = "441700") -> Area:
    area, _created = Area.objects.get_or_create(
        code=code, defaults={"name": "岭海县", "office": "岭海县医疗保障局"}
    )
    return area


def make_organisation(
    *, area: str = "441700", institution: str = "", town: str = ""
) -> Organisation:
    """Return the area's bureau, the office of the institution with that code, or a town."""
    if town:
        found, _new = Organisation.objects.get_or_create(
            name=town,
            kind=Organisation.Kind.TOWN,
            area=make_area(area),
            defaults={"code": f"T{area}{next(_numbers):05d}"},
        )
        return found
    kind = Organisation.Kind.INSTITUTION if institution else Organisation.Kind.BUREAU
    organisation, _created = Organisation.objects.get_or_create(
        code=institution or f"B{area}",
        defaults={"name": institution or "岭海县医疗保障局", "kind": kind, "area": make_area(area)},
    )
    return organisation


def make_user(
    role: str = "clerk", *, login: str = "", name: str = "陈静", area: str = "441700",
    institution: str = "", town: str = "", failures: int = 0,
) -> User:  # fmt: skip
    """Return a user of one post; the password is PASSWORD."""
    user = User(
        login=login or f"user{next(_numbers)}",
        name=name,
        role=role,
        organisation=make_organisation(area=area, institution=institution, town=town),
        failures=failures,
    )
    user.password = _hashed(get_hasher().algorithm)
    user.save()
    return user
