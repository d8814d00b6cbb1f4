"""What the verbs share: words checked, the trail."""

from typing import Any

from django.utils.translation import gettext as _

from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail

MOST_WORDS = 200


def check_words(text: str, field: str, missing: str) -> str:
    """Return the words without blanks around them. Raises Refused."""
    text = text.strip()
    if not text:
        raise Refused(missing, field=field)
    if len(text) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字，请写短些") % {"n": MOST_WORDS}, field=field)
    return text


def only_of(by: User, *areas: str) -> None:
    """Raise NotAllowed for somebody of another area."""
    if by.area_code not in areas:
        raise NotAllowed(_("这是别的统筹区的事。请由该统筹区的人办理"))


def another(by: User, first: int) -> None:
    """Raise NotAllowed for who did the first step."""
    if by.pk == first:
        raise NotAllowed(_("提出的人不能自己确认，请由另一个人办理"))


def note(verb: str, by: User, kind: str, pk: int, **data: Any) -> None:
    trail.record(
        actor=by.login,
        verb=f"pooling.{verb}",
        object_type=kind,
        object_id=str(pk),
        area=by.area_code,
        data=data,
    )
