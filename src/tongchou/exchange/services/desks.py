"""Hospital desks signing in and out of the gateway (9001, 9002)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.exchange import gate
from tongchou.exchange.models import SignIn
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.providers.queries import Account


@transaction.atomic
def sign_in(
    *,
    actor: str,
    institution: Account,
    sign_no: str,
    operator: str,
    mac: str,
    ip: str,
    at: datetime,
) -> SignIn:
    session = SignIn.objects.create(
        sign_no=sign_no,
        institution_id=institution.institution_id,
        operator=operator,
        mac=mac,
        ip=ip,
        at=at,
    )
    _note(actor, "exchange.signed_in", session, institution)
    return session


@transaction.atomic
def sign_out(*, actor: str, institution: Account, sign_no: str, at: datetime) -> SignIn:
    """End a session. Raises Refused when it is not the institution's, or has ended."""
    session = (
        SignIn.objects.select_for_update(no_key=True)
        .filter(sign_no=sign_no, institution_id=institution.institution_id, ended_at=None)
        .first()
    )
    if session is None:
        raise Refused(_("没有这个签到，或已签退"), field="sign_no")
    session.ended_at = at
    session.save(update_fields=["ended_at"])
    gate.forget()
    _note(actor, "exchange.signed_out", session, institution)
    return session


def _note(actor: str, verb: str, session: SignIn, institution: Account) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        object_type="sign_in",
        object_id=session.sign_no,
        area=institution.area,
        data={"institution": institution.code, "operator": session.operator},
    )
