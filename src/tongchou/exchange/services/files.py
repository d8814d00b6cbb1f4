"""Files exchanged with hospitals (9101, 9102)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.exchange.models import ExchangedFile
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.providers.queries import Account

KEPT = timedelta(days=30)


@transaction.atomic
def receive(
    *, actor: str, institution: Account, number: str, name: str, content: bytes, at: datetime
) -> ExchangedFile:
    """Store what a hospital sends."""
    stored = keep(institution=institution, number=number, name=name, content=content, at=at)
    trail.record(
        actor=actor,
        verb="exchange.file.received",
        object_type="file",
        object_id=number,
        area=institution.area,
        data={"name": name, "bytes": len(content)},
    )
    return stored


def keep(
    *, institution: Account, number: str, name: str, content: bytes, at: datetime
) -> ExchangedFile:
    """Store a file that this system made for a hospital, or received."""
    return ExchangedFile.objects.create(
        number=number,
        institution_id=institution.institution_id,
        name=name,
        content=content,
        at=at,
        until=at + KEPT,
    )


def fetch(*, institution: Account, number: str, at: datetime) -> ExchangedFile:
    """Return an institution's own file. Raises Refused: none, or kept no longer."""
    found = ExchangedFile.objects.filter(
        number=number, institution_id=institution.institution_id
    ).first()
    if found is None:
        raise Refused(_("没有文件 %(no)s，请核对文件查询号") % {"no": number}, field="file_qury_no")
    if found.until < at:
        raise Refused(
            _("文件 %(no)s 已过下载期限 %(until)s，请重新生成")
            % {"no": number, "until": f"{timezone.localtime(found.until):%Y-%m-%d}"},
            field="file_qury_no",
        )
    return found
