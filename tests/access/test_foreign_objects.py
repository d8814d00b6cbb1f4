"""Every address that names an object, tried from another area and from another hospital (P15).

The gate lets these posts in, because they hold the right; what they name is not theirs. It must
be answered as an object that does not exist, and nothing may be done to it. Who holds no right at
all is tried beside the gate (`platform.authority`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.authority.gates import PUBLIC, SIGNED_IN
from tongchou.platform.authority.roles import RIGHTS
from tongchou.platform.authority.tests.test_every_address import ALL
from tongchou.platform.trail.models import Act
from tongchou.providers.tests.make import make_institution

from .world import OF_ONE_AREA, SHARED, UNIQUE, World, make_world, unknown

pytestmark = pytest.mark.django_db
OTHER_AREA = "441800"
NAMING = [(n, p) for n, p in ALL if p.pattern.converters and n not in SHARED]
PAGES = [(n, p) for n, p in ALL if not p.pattern.converters and p.callback.required_right != PUBLIC]

# What an address asks for beside its object.
ASKED = dict.fromkeys(("plans:number", "plans:edit-number"), "?at=tiers.basic.rate.level3")


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def holders(pattern: URLPattern) -> Iterator[str]:
    """Yield the posts that the gate lets through."""
    right = pattern.callback.required_right
    for role, rights in RIGHTS.items():
        if right in rights or right == SIGNED_IN:
            yield role


def one_of_each(pattern: URLPattern) -> list[str]:
    """Return one post of the bureau and the hospital's: what is listed depends on nothing else."""
    roles = list(holders(pattern))
    bureau = [role for role in roles if role != "hospital"]
    return bureau[:1] + [role for role in roles if role == "hospital"]


def own_client(role: str, world: World) -> Client:
    """Return a post of the world's own: its clerk drafted and filed what is there."""
    if role == "clerk":
        client = Client()
        client.force_login(world.clerk)
        return client
    return client_of(role, institution=world.hospital.code if role == "hospital" else "")


def client_of(role: str, *, area: str = "441700", institution: str = "") -> Client:
    client = Client()
    client.force_login(make_user(role, area=area, institution=institution))
    return client


def strangers(name: str, roles: Iterable[str]) -> Iterator[tuple[str, Client]]:
    """Yield such posts of the other area, and of another hospital of this one."""
    for role in roles:
        if role != "hospital" and name.partition(":")[0] in OF_ONE_AREA:
            continue
        if role == "hospital":
            here = make_institution(name="另一医院")
            there = make_institution(name="外地医院", area=OTHER_AREA)
            yield "another hospital", client_of(role, institution=here.code)
            yield (
                "hospital of another area",
                client_of(role, area=OTHER_AREA, institution=there.code),
            )
        else:
            yield f"{role} of another area", client_of(role, area=OTHER_AREA)


def both(client: Client, url: str) -> list[HttpResponse]:
    answers = [client.get(url), client.post(url)]
    return [answer for answer in answers if answer.status_code != 405]


def of_an_attack(name: str, pattern: URLPattern, world: World) -> list[str]:
    """Return what went wrong when strangers named the world's object at the address `name`."""
    parts = world.parts(name)
    asked = ASKED.get(name, "")
    url = reverse(name, kwargs=parts) + asked
    nothing = reverse(name, kwargs=unknown(parts)) + asked
    found = []
    for who, client in strangers(name, holders(pattern)):
        acts = Act.objects.count()
        theirs, absent = both(client, url), both(client, nothing)
        statuses = [answer.status_code for answer in theirs]
        assert statuses
        if not {*statuses} <= {403, 404} or statuses != [a.status_code for a in absent]:
            found.append(f"{name}: {who} is answered {statuses}")
        if any(UNIQUE in answer.content.decode() for answer in theirs):
            found.append(f"{name}: {who} reads of it")
        if Act.objects.count() != acts:
            found.append(f"{name}: {who} did something")
    return found


def test_an_object_of_others_is_as_one_that_is_not_there(world: World) -> None:
    """A new address fails here until `world` knows an object for it."""
    assert len(NAMING) > 30
    assert [leak for name, p in NAMING for leak in of_an_attack(name, p, world)] == []


def test_the_same_object_is_there_for_its_own_people(world: World) -> None:
    """The attack above fails for its reason, not for a wrong address."""
    hidden = []
    for name, pattern in NAMING:
        url = reverse(name, kwargs=world.parts(name)) + ASKED.get(name, "")
        statuses = []
        for role in holders(pattern):
            with transaction.atomic():
                answers = both(own_client(role, world), url)
                statuses += [answer.status_code for answer in answers]
                transaction.set_rollback(True)
        if {*statuses} <= {403, 404}:
            hidden.append((name, statuses))
    assert not hidden, hidden


def text_of(answer: HttpResponse) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def test_a_page_shows_nothing_of_others(world: World) -> None:
    """Lists, searches and exports, asked for by what is known of the others' person and bill."""
    questions: list[dict[str, Any]] = [
        {},
        {"q": UNIQUE},
        {"q": world.person.psn_no, "person": world.person.psn_no},
        {"person": world.person.psn_no, "n": world.bill.pk, "area": "441700"},
        {"institution": world.hospital.code, "all": "1"},
    ]
    secrets = (UNIQUE, world.person.psn_no, world.person.id_no)
    leaks = []
    for name, pattern in PAGES:
        for who, client in strangers(name, one_of_each(pattern)):
            for question in questions:
                text = text_of(client.get(reverse(name), question))
                # The question itself may be repeated in the search box.
                for said in question.values():
                    text = text.replace(str(said), "")
                leaks += [(name, who, question) for secret in secrets if secret in text]
    assert leaks == []


def test_the_same_questions_find_it_for_its_own_people(world: World) -> None:
    found = set()
    for name, pattern in PAGES:
        for role in one_of_each(pattern):
            if role != "hospital":
                client = own_client(role, world)
                found |= {name for q in ({}, {"q": world.person.psn_no}, {"q": world.person.name})
                          if UNIQUE in text_of(client.get(reverse(name), q))}  # fmt: skip
    assert {"people:list", "bills:list", "bills:manual-list", "bills:reversals", "plans:list",
            "providers:list", "providers:doctors", "accounts:users", "catalogue:imports",
            "search"} <= found  # fmt: skip
