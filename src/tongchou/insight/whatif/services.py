"""The verbs of kept reforms: the only writers. Each leaves a trace."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core.policy import Move
from tongchou.core.policy import Reform as Overlay
from tongchou.core.policy.reform import MOST_CHANGES
from tongchou.insight.whatif.models import Reform
from tongchou.insight.whatif.moves import moves_from, reformed
from tongchou.plans import queries as plans
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail

LONGEST_NAME = 60


@transaction.atomic
def keep(
    *, by: User, version: PlanVersion, name: str, why: str = "", moves: tuple[Move, ...]
) -> Reform:
    """Keep a reform of `version`. Raises ReformRefused, and Refused (name, changes)."""
    made = Reform(
        area=by.area_code, scheme=version.scheme, name=_name(name), why=why.strip(),
        changes=_checked(version, name, moves), owner=by, made_at=clock.now(),
    )  # fmt: skip
    _save(made)
    _record("kept", made, by, changes=made.changes)
    return made


@transaction.atomic
def change(*, reform: Reform, by: User, version: PlanVersion, moves: tuple[Move, ...]) -> Reform:
    """Put other numbers in a kept reform. Raises NotAllowed, ReformRefused and Refused."""
    locked = _own(reform, by)
    before = locked.changes
    locked.changes = _checked(version, locked.name, moves)
    locked.save(update_fields=["changes"])
    _record("changed", locked, by, before=before, changes=locked.changes)
    return locked


@transaction.atomic
def rename(*, reform: Reform, by: User, name: str, why: str) -> Reform:
    """Give a reform another name and reason. Raises NotAllowed, and Refused (name)."""
    locked = _own(reform, by)
    before = locked.name
    locked.name, locked.why = _name(name), why.strip()
    _save(locked)
    _record("renamed", locked, by, before=before)
    return locked


@transaction.atomic
def share(*, reform: Reform, by: User, shared: bool) -> Reform:
    """Let all of the bureau who may try see the reform, or its owner only. Raises NotAllowed."""
    locked = _own(reform, by)
    locked.shared = shared
    locked.save(update_fields=["shared"])
    _record("shared" if shared else "unshared", locked, by)
    return locked


@transaction.atomic
def copy(*, reform: Reform, by: User, name: str) -> Reform:
    """Keep one's own copy of a reform that one may see. Raises Refused (name)."""
    made = Reform(
        area=reform.area, scheme=reform.scheme, name=_name(name), why=reform.why,
        changes=reform.changes, owner=by, made_at=clock.now(),
    )  # fmt: skip
    _save(made)
    _record("copied", made, by, copied_from=reform.pk)
    return made


@transaction.atomic
def drop(*, reform: Reform, by: User) -> None:
    """Give up a kept reform; drafts made of it keep their frozen report. Raises NotAllowed."""
    locked = _own(reform, by)
    _record("dropped", locked, by, changes=locked.changes)
    locked.delete()


def overlay_of(reform: Reform) -> Overlay:
    """Return a kept reform as the engine takes it. Raises Refused."""
    return Overlay(reform.name, reform.why, moves_from(reform.changes))


def _own(reform: Reform, by: User) -> Reform:
    locked = Reform.objects.select_for_update().select_related(None).get(pk=reform.pk)
    if locked.owner_id != by.pk:
        raise NotAllowed(
            _("方案由 %(name)s 保存，只有本人能改。您可以另存一份") % {"name": reform.owner}
        )
    return locked


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        raise Refused(_("没有名称。请写一个短名称，如 二级起付线降 100 元"), field="name")
    if len(name) > LONGEST_NAME:
        raise Refused(_("名称太长。请在 %(n)s 字以内") % {"n": LONGEST_NAME}, field="name")
    return name


def _checked(version: PlanVersion, name: str, moves: tuple[Move, ...]) -> list[dict[str, str]]:
    """Return the document of changes that make a policy of `version`."""
    if not moves:
        raise Refused(_("没有改动。请先在表里改一个数"), field="changes")
    if len(moves) > MOST_CHANGES:
        raise Refused(_("改动太多。一个方案最多 %(n)s 处") % {"n": MOST_CHANGES}, field="changes")
    reformed(plans.compiled(version), version.document, Overlay(name, "", moves))
    return [{"path": move.path, move.how: move.amount} for move in moves]


def _save(reform: Reform) -> None:
    try:
        with transaction.atomic():
            reform.save()
    except IntegrityError as error:
        if Reform.objects.filter(
            area=reform.area, scheme=reform.scheme, owner=reform.owner, name=reform.name
        ).exists():
            words = {"name": reform.name}
            raise Refused(
                _("您已有叫“%(name)s”的方案。请换一个名称") % words, field="name"
            ) from error
        raise


def _record(verb: str, reform: Reform, by: User, **data: Any) -> None:
    trail.record(
        actor=by.login,
        verb=f"whatif.reform.{verb}",
        object_type="reform",
        object_id=str(reform.pk),
        area=reform.area,
        data={"name": reform.name, **data},
    )
