"""Stored answers of accepted messages that settle nothing themselves (P1)."""

from dataclasses import dataclass
from datetime import datetime

from tongchou.settlement.models import Answer
from tongchou.settlement.services.bill import Message
from tongchou.settlement.services.pricing import stored_answer


def find(message: Message) -> str | None:
    """Return the first answer to this very message, or None when its number is free.

    Raises Refused when the number was used for another body or by another institution.
    """
    if not Answer.objects.filter(msgid=message.msgid).exists():
        return None
    return stored_answer(message)


def keep(message: Message, text: str, at: datetime) -> None:
    """Store the answer in the transaction of the act that it answers."""
    Answer.objects.create(
        msgid=message.msgid,
        infno=message.infno,
        institution_id=message.institution_id,
        body_hash=message.body_hash,
        body=message.body,
        answer=text,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted message as it came and as it was answered."""

    msgid: str
    infno: str
    body: str
    answer: str
    settlement_id: int | None


def accepted(msgid: str, institution_id: int) -> Accepted | None:
    """Return the institution's own accepted message, or None."""
    row = Answer.objects.filter(msgid=msgid, institution_id=institution_id).first()
    if row is None:
        return None
    return Accepted(row.msgid, row.infno, row.body, row.answer, row.settlement_id)
