"""Every address of the program, tried by a stranger and by each post that lacks its right (P15).

The gate answers before any object is looked up, so any value will do for an address's parts.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.authority.gates import PUBLIC, SIGNED_IN
from tongchou.platform.authority.roles import ALL_RIGHTS, RIGHTS
from tongchou.platform.ui import menu

pytestmark = pytest.mark.django_db

SAMPLES = {"IntConverter": 1, "UUIDConverter": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
# Django's own: it only notes a language in a cookie.
NOT_OURS = {"set_language"}


@pytest.fixture(autouse=True)
def counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count what waits for a user for his first page alone: nothing here moves it."""
    monkeypatch.setattr(menu, "_counts", cache(menu._counts))


def addresses(patterns: list[Any], names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            within = (*names, pattern.namespace) if pattern.namespace else names
            yield from addresses(pattern.url_patterns, within)
        elif pattern.name not in NOT_OURS:
            yield ":".join((*names, pattern.name or "")), pattern


ALL = sorted(addresses(get_resolver().url_patterns), key=lambda pair: pair[0])
GUARDED = [(name, p) for name, p in ALL if getattr(p.callback, "required_right", "") != PUBLIC]


def url_of(name: str, pattern: URLPattern) -> str:
    parts = {
        part: SAMPLES.get(type(converter).__name__, "1")
        for part, converter in pattern.pattern.converters.items()
    }
    return reverse(name, kwargs=parts)


def answers(client: Client, url: str) -> list[Any]:
    """Return the answers to a look and an act; a method that the page does not know is no entry."""
    both = [client.get(url), client.post(url)]
    known = [answer for answer in both if answer.status_code != 405]
    assert known, url
    return known


@pytest.mark.parametrize(("name", "pattern"), ALL, ids=[name for name, _pattern in ALL])
def test_every_page_says_who_may_see_it(name: str, pattern: URLPattern) -> None:
    right = getattr(pattern.callback, "required_right", None)
    assert right in ALL_RIGHTS | {PUBLIC, SIGNED_IN}


def test_only_the_door_is_public() -> None:
    public = [name for name, p in ALL if (name, p) not in GUARDED]
    assert public == ["accounts:sign-in", "accounts:sign-out"]


@pytest.mark.parametrize(("name", "pattern"), GUARDED, ids=[name for name, _p in GUARDED])
def test_a_stranger_is_sent_to_sign_in(client: Client, name: str, pattern: URLPattern) -> None:
    for answer in answers(client, url_of(name, pattern)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("role", RIGHTS)
def test_a_post_without_the_right_sees_nothing(client: Client, role: str) -> None:
    client.force_login(make_user(role, institution="H44170000001" if role == "hospital" else ""))
    tried = 0
    for name, pattern in GUARDED:
        right = getattr(pattern.callback, "required_right", "")
        if right not in RIGHTS[role] | {SIGNED_IN}:
            tried += 1
            for answer in answers(client, url_of(name, pattern)):
                assert answer.status_code == 403, name
    assert tried
