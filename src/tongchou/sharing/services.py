"""Verbs of account links: made, ended, struck. What they allow is drawn by the bill itself."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.sharing import load_relations
from tongchou.core.spells import Spell
from tongchou.funds import queries as funds
from tongchou.people import queries as people
from tongchou.people.models import Person
from tongchou.people.services import common
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.sharing.models import AccountLink

EMPLOYEE = "employee"
_MOST_SOURCE = 100
_MOST_REASON = 200


@transaction.atomic
def link(
    *,
    actor: str,
    owner: Person,
    member: Person,
    relation: str,
    source: str,
    start: date | None = None,
) -> AccountLink:
    """Let `owner`'s personal account pay `member`'s bills from `start` (today unless said).

    `relation`: a code of core.sharing, what the member is to the owner. Raises Refused.
    """
    start, source = start or clock.today(), _words(source)
    if owner.pk == member.pk:
        raise Refused(_("本人的账户本来就能用，不必绑定。请填亲属的编号"), field="member")
    _pass_relation(relation, start)
    owner, member = _held(owner, member)
    _pass_people(owner, member, start)
    for other in AccountLink.objects.filter(owner=owner, member=member, struck_at=None):
        if other.spell.overlaps(Spell(start, None)):
            raise Refused(
                _("两人从 %(start)s 起已有绑定。请先解除，新的从解除那天起")
                % {"start": other.start},
                field="start",
            )
    made = AccountLink.objects.create(
        owner=owner, member=member, relation=relation, start=start, known_on=clock.today(),
        source=source,
    )  # fmt: skip
    _note(actor, "sharing.linked", made, start=start.isoformat(), source=source)
    return made


@transaction.atomic
def unlink(*, actor: str, link: AccountLink, end: date, source: str) -> AccountLink:
    """End the link at `end` (not included), which is after its last use. Raises Refused."""
    source = _words(source)
    held = _locked(link)
    if held.end is not None:
        raise Refused(_("这条绑定已从 %(day)s 起解除，请刷新页面") % {"day": held.end}, field="end")
    if end <= held.start:
        raise Refused(
            _("解除日不晚于绑定日 %(start)s。绑错了的，请用更正") % {"start": held.start},
            field="end",
        )
    used = last_used(held)
    if used is not None and used >= end:
        raise Refused(_("%(day)s 还用过这个账户，请从这天以后解除") % {"day": used}, field="end")
    held.end, held.ended_source = end, source
    held.save(update_fields=["end", "ended_source"])
    _note(actor, "sharing.unlinked", held, end=end.isoformat(), source=source)
    return held


@transaction.atomic
def strike(*, actor: str, link: AccountLink, reason: str) -> AccountLink:
    """Take out a link that was never right; it stays, struck. Refused once money was drawn."""
    if len(reason.strip()) > _MOST_REASON:
        raise Refused(_("最多 %(n)s 字") % {"n": _MOST_REASON}, field="reason")
    held = _locked(link)
    if (used := last_used(held)) is not None:
        raise Refused(
            _("%(day)s 用过这个账户，不能更正。请从这天以后解除") % {"day": used},
            field="reason",
        )
    common.strike(held, reason)
    _note(actor, "sharing.struck", held, reason=held.struck_reason)
    return held


def last_used(link: AccountLink) -> date | None:
    """Return the last day on which the account was drawn on under the link."""
    return funds.last_drawn(link.owner_id, link.member_id, link.start, link.end)


def _words(source: str) -> str:
    source = common.check_source(source)
    if len(source) > _MOST_SOURCE:
        raise Refused(_("最多 %(n)s 字") % {"n": _MOST_SOURCE}, field="source")
    return source


def _pass_relation(relation: str, start: date) -> None:
    rule = load_relations().get(relation)
    if rule is None:
        raise Refused(_("不认识关系 %(code)s，请从列表里选") % {"code": relation}, field="relation")
    if start < rule.since:
        raise Refused(
            _("%(words)s从 %(day)s 起才能绑定（%(cite)s），请把开始日改晚")
            % {"words": rule.words, "day": rule.since, "cite": rule.cite},
            field="start",
        )


def _pass_people(owner: Person, member: Person, start: date) -> None:
    if member.area != owner.area:
        raise Refused(_("两人不在同一统筹区，不能绑定。请核对亲属的编号"), field="member")
    for person, field in ((owner, "owner"), (member, "member")):
        if person.died_on is not None:
            raise Refused(
                _("%(name)s已于 %(day)s 死亡，不能绑定。请核对编号")
                % {"name": person.name, "day": person.died_on},
                field=field,
            )
    if people.enrolment_on(owner, EMPLOYEE, start) is None:
        raise Refused(
            _("%(name)s %(day)s 没有参加职工医保，没有个人账户可共济。请核对开始日")
            % {"name": owner.name, "day": start},
            field="start",
        )
    if not funds.has_account(owner.pk):
        raise Refused(
            _("%(name)s还没有个人账户，请先划入，再绑定") % {"name": owner.name}, field="owner"
        )


def _held(owner: Person, member: Person) -> tuple[Person, Person]:
    """Lock both in the order of their keys; neither may have gone into another record."""
    held = {one.pk: common.hold(one) for one in sorted((owner, member), key=lambda one: one.pk)}
    return held[owner.pk], held[member.pk]


def _locked(link: AccountLink) -> AccountLink:
    rows = AccountLink.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "owner", "member"
    )
    held = rows.get(pk=link.pk)
    if held.struck_at is not None:
        raise Refused(_("这条绑定已更正过，请刷新页面"))
    return held


def _note(actor: str, verb: str, link: AccountLink, **data: Any) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        object_type="account_link",
        object_id=str(link.pk),
        area=link.owner.area,
        data={
            "owner": link.owner.psn_no,
            "member": link.member.psn_no,
            "relation": link.relation,
            **data,
        },
        slice_key=link.owner_id,
    )
