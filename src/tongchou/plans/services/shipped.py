"""The policies that come with the program, signed by two people of the bureau."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.policy import policy_files
from tongchou.plans.models import PlanVersion
from tongchou.plans.readiness import obstacles
from tongchou.plans.services.acts import record
from tongchou.plans.services.deciding import sign_adoption
from tongchou.plans.services.drafting import new_version
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused


@transaction.atomic
def install_shipped(
    *, area: str, checked_by: User, adopted_by: User, at: datetime | None = None
) -> list[PlanVersion]:
    """Adopt the area's shipped policies that are not there yet, as signed at `at`.

    Nobody of the bureau drafted them; two different people sign. Returns what was adopted. Raises
    NotAllowed for one person twice, and Refused as adopting does.
    """
    if checked_by.pk == adopted_by.pk:
        raise NotAllowed(_("随程序的政策也要两个人核准，请另一人采用"))
    files = [path for path in policy_files() if path.parent.parent.name == area]
    moment = at or clock.now()
    found = [_install(path, area, checked_by, adopted_by, moment) for path in files]
    return [version for version in found if version is not None]


def _install(
    path: Path, area: str, checked_by: User, adopted_by: User, at: datetime
) -> PlanVersion | None:
    cases = path.with_suffix(".cases.yaml")
    version = new_version(
        area=area,
        scheme=path.parent.name,
        document=path.read_text(encoding="utf-8"),
        cases=cases.read_text(encoding="utf-8") if cases.is_file() else "",
    )
    known = PlanVersion.objects.filter(
        area=area,
        scheme=version.scheme,
        valid_from=version.valid_from,
        state=PlanVersion.State.ADOPTED,
    )
    if known.exists():
        return None
    if found := obstacles(version):
        words = {"title": version.title, "what": found[0].short, "remedy": found[0].remedy}
        raise Refused(_("不能安装“%(title)s”：%(what)s。%(remedy)s") % words)
    version.drafted_at = version.checked_at = at
    version.checked_by = checked_by
    sign_adoption(version, adopted_by, at)
    record("shipped", version, adopted_by, checked_by=checked_by.login)
    return version
