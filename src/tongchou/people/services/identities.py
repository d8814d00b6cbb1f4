"""Helped identities 身份 as dated facts. A change applies forward from its own dates."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.spells import Spell
from tongchou.people.labels import IDENTITY_LABELS
from tongchou.people.models import Identity, Person
from tongchou.people.services import common
from tongchou.platform.refusal import Refused


@transaction.atomic
def add_identity(
    *,
    actor: str,
    person: Person,
    kind: str,
    start: date,
    source: str,
    end: date | None = None,
    known_on: date | None = None,
) -> Identity:
    """Record that the person belongs to a helped group over [start, end).

    `kind` is one of IDENTITY_LABELS. Raises Refused: unknown kind, a live spell of the same
    kind shares a day, the person had died.
    """
    known_on, source = common.check_known(known_on), common.check_source(source)
    spell = common.check_spell(start, end)
    if kind not in IDENTITY_LABELS:
        raise Refused(_("不认识身份 %(kind)s") % {"kind": kind}, field="kind")
    person = common.hold(person)
    if person.died_on is not None and start > person.died_on:
        raise Refused(
            _("%(day)s 已死亡，身份不能从这天之后开始") % {"day": person.died_on}, field="start"
        )
    for other in Identity.objects.filter(person=person, kind=kind, struck_at=None):
        if Spell(other.start, other.end).overlaps(spell):
            raise Refused(
                _("%(start)s 至 %(end)s 已有身份“%(kind)s”。请先退出或更正那一段")
                % {
                    "start": other.start,
                    "end": other.end or _("今"),
                    "kind": IDENTITY_LABELS[kind],
                },
                field="start",
            )
    identity = Identity.objects.create(
        person=person, kind=kind, start=start, end=end, known_on=known_on, source=source
    )
    common.announce(person)
    common.note(
        actor, "people.identity.added", person, kind=kind, start=start, end=end, source=source
    )
    return identity


@transaction.atomic
def end_identity(
    *, actor: str, identity: Identity, end: date, source: str, known_on: date | None = None
) -> Identity:
    """End the spell at `end` (not included): a new row replaces the struck one; returns it."""
    known_on, source = common.check_known(known_on), common.check_source(source)
    person = common.hold(identity.person)
    identity = Identity.objects.get(pk=identity.pk)
    ended = common.replace_end(identity, end, known_on=known_on, source=source)
    common.announce(person)
    common.note(
        actor,
        "people.identity.ended",
        person,
        kind=ended.kind,
        start=ended.start,
        end=end,
        source=source,
    )
    return ended


@transaction.atomic
def strike_identity(*, actor: str, identity: Identity, reason: str) -> None:
    """Take out an identity that was never true; the row stays, struck."""
    person = common.hold(identity.person)
    identity = Identity.objects.get(pk=identity.pk)
    common.strike(identity, reason)
    common.announce(person)
    common.note(
        actor,
        "people.identity.struck",
        person,
        kind=identity.kind,
        start=identity.start,
        end=identity.end,
        reason=reason,
    )
