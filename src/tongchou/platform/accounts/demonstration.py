"""The users that a demonstration offers at sign-in, from its cast (formats: `cast.json`)."""

import json
from typing import TypedDict

from django.conf import settings

from tongchou.platform.authority.roles import ROLES


class OfferedUser(TypedDict):
    login: str
    password: str
    name: str
    post: str


def demonstration_users() -> list[OfferedUser]:
    """Return the cast's users; none where the demonstration's files are not there."""
    path = settings.DIR / "cast.json"
    if not path.exists():
        return []
    users = json.loads(path.read_text(encoding="utf-8"))["users"]
    return [
        OfferedUser(
            login=user["login"],
            password=user["password"],
            name=user["name"],
            post=str(ROLES[user["role"]]),
        )
        for user in users
    ]
