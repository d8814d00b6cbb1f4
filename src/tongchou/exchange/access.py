"""The only way to obtain messages and statements for a user: a hospital sees its own (P15)."""

from typing import TYPE_CHECKING

from django.db.models import Exists, QuerySet
from django.http import Http404

from tongchou.exchange.models import MessageLog, Statement
from tongchou.providers.models import Institution

if TYPE_CHECKING:
    from tongchou.platform.accounts.models import User


def institutions_of(user: "User") -> QuerySet[Institution]:
    """Return the institutions whose messages the user may see."""
    if user.institution_code is not None:
        return Institution.objects.filter(code=user.institution_code)
    # One gateway serves one area: out-of-area institutions send their bills to it as well. A pool
    # above it has policies and books here, and no institution of its own.
    return Institution.objects.filter(_has_institutions(user))


def messages_of(user: "User") -> QuerySet[MessageLog]:
    """Return the messages that the user may see; unproved senders are the bureau's business."""
    rows = MessageLog.objects.all()
    if user.institution_code is not None:
        return rows.filter(institution_id__in=institutions_of(user).values("pk"))
    return rows.filter(_has_institutions(user))


def _has_institutions(user: "User") -> Exists:
    return Exists(Institution.objects.filter(area=user.area_code))


def statements_of(user: "User") -> QuerySet[Statement]:
    return Statement.objects.filter(institution__in=institutions_of(user))


def access_message(user: "User", pk: int) -> MessageLog:
    """Return one message. Raises Http404 alike for unknown and others'."""
    found = messages_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def access_statement(user: "User", pk: int) -> Statement:
    """Return one statement. Raises Http404 alike for unknown and others'."""
    found = statements_of(user).filter(pk=pk).select_related("institution").first()
    if found is None:
        raise Http404
    return found


def access_institution(user: "User", code: str) -> Institution:
    """Return one institution to reconcile with. Raises Http404 alike for unknown and others'."""
    found = institutions_of(user).filter(code=code).first()
    if found is None:
        raise Http404
    return found
