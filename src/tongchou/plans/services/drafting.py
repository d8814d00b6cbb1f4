"""Writing a draft: begun, edited number by number or as a whole, sent for checking, given up."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.policy import Number, Plan, PolicyError, load_policy
from tongchou.plans import editing
from tongchou.plans.cases import expect_results
from tongchou.plans.compiled import compiled
from tongchou.plans.models import PlanVersion
from tongchou.plans.readiness import obstacles
from tongchou.plans.refusals import DocumentRefused
from tongchou.plans.services.acts import held, record
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused

State = PlanVersion.State


@transaction.atomic
def draft_plan(
    *,
    by: User,
    area: str,
    scheme: str,
    document: str,
    cases: str = "",
    title: str = "",
    note: str = "",
    revises: PlanVersion | None = None,
) -> PlanVersion:
    """Begin a draft from a text. Raises DocumentRefused (the text) and Refused (another's area)."""
    if area != by.area_code:
        raise Refused(_("这是统筹区 %(area)s 的政策，由那里起草和修改") % {"area": area})
    version = new_version(area=area, scheme=scheme, document=document, cases=cases, title=title)
    version.note, version.revises = note, revises
    version.drafted_by, version.drafted_at = by, clock.now()
    version.save()
    record("drafted", version, by, revises=revises.pk if revises else None)
    return version


@transaction.atomic
def revise_plan(
    *, by: User, revises: PlanVersion, title: str, valid_from: date, note: str = ""
) -> PlanVersion:
    """Begin a draft from an adopted version, to hold from another day. Raises Refused."""
    if revises.state != State.ADOPTED:
        raise Refused(_("只能从已采用的版本起草；这一份还没有采用"))
    document = editing.set_heading(revises.document, title=title, valid_from=valid_from)
    return draft_plan(
        by=by, area=revises.area, scheme=revises.scheme, document=document,
        cases=revises.cases, title=title, note=note, revises=revises,
    )  # fmt: skip


@transaction.atomic
def edit_number(
    *, version: PlanVersion, by: User, path: str, value: str, evidence: editing.Evidence
) -> PlanVersion:
    """Set one number of a draft, with what it rests on (nothing yet is allowed while drafting).

    Raises Refused with field `path`, `value` or `evidence`, and DocumentRefused when the document
    no longer holds together with the number in it.
    """
    locked = _open_draft(version, by)
    number = _number(locked, path)
    document = editing.set_number(
        locked.document, path=path, kind=number.kind, value=value, evidence=evidence
    )
    return _edited(
        locked, by, document=document, cases=locked.cases, label=number.label, value=value
    )


@transaction.atomic
def edit_text(*, version: PlanVersion, by: User, document: str, cases: str) -> PlanVersion:
    """Replace a draft's text and cases. Raises DocumentRefused and Refused."""
    return _edited(_open_draft(version, by), by, document=document, cases=cases)


@transaction.atomic
def take_results(*, version: PlanVersion, by: User) -> PlanVersion:
    """Let a draft's cases expect what it answers now. Raises Refused."""
    locked = _open_draft(version, by)
    cases = expect_results(compiled(locked), locked.cases)
    return _edited(locked, by, document=locked.document, cases=cases)


@transaction.atomic
def submit_plan(*, version: PlanVersion, by: User) -> PlanVersion:
    """Send a draft for checking; it can then no longer be edited. Raises Refused."""
    locked = _open_draft(version, by)
    if found := obstacles(locked):
        words = {"what": found[0].short, "remedy": found[0].remedy}
        raise Refused(_("不能送审：%(what)s。%(remedy)s") % words)
    locked.submitted_at = clock.now()
    locked.save(update_fields=["submitted_at"])
    record("submitted", locked, by)
    return locked


@transaction.atomic
def withdraw_plan(*, version: PlanVersion, by: User, reason: str) -> PlanVersion:
    """Give up a draft, or one that was checked. Raises Refused: an adopted one stays for ever."""
    locked = held(version)
    if locked.state == State.ADOPTED:
        raise Refused(_("已采用的政策不能撤回：起草新版本接替它"))
    if locked.state == State.WITHDRAWN:
        raise Refused(_("这份草案已经撤回"))
    if not reason.strip():
        raise Refused(_("请写明撤回的理由"), field="reason")
    locked.state = State.WITHDRAWN
    locked.submitted_at = None
    locked.save(update_fields=["state", "submitted_at"])
    record("withdrawn", locked, by, reason=reason.strip())
    return locked


def new_version(
    *, area: str, scheme: str, document: str, cases: str, title: str = ""
) -> PlanVersion:
    """Return a version of a text, not yet stored. Raises DocumentRefused and Refused."""
    version = PlanVersion(area=area, scheme=scheme, cases=cases)
    plan = read_document(document, area=area, scheme=scheme, title=title)
    _take_over(version, document, plan, title=title)
    return version


def read_document(document: str, *, area: str, scheme: str, title: str) -> Plan:
    """Compile a text that is to be of `area` and `scheme`. Raises DocumentRefused, Refused."""
    try:
        plan = load_policy(document, source=title or f"{area}-{scheme}")
    except PolicyError as error:
        raise DocumentRefused(error) from error
    if (plan.area, plan.scheme) != (area, scheme):
        raise Refused(
            _("文本写的是 %(text)s，应为 %(wanted)s：请改文本开头的统筹区和险种")
            % {"text": f"{plan.area}-{plan.scheme}", "wanted": f"{area}-{scheme}"},
            field="document",
        )
    return plan


def _open_draft(version: PlanVersion, by: User) -> PlanVersion:
    locked = held(version)
    if locked.state != State.DRAFT:
        raise Refused(_("“%(title)s”不是草案，不能修改：请起草新版本") % {"title": locked.title})
    if locked.submitted_at is not None:
        raise Refused(_("草案已送审，不能修改：请复核岗退回后再改"))
    _only_drafter(locked, by)
    return locked


def _number(version: PlanVersion, path: str) -> Number:
    for number in compiled(version).document.numbers():
        if number.path == path:
            return number
    raise Refused(_("没有 %(path)s 这个数") % {"path": path}, field="path")


def _only_drafter(version: PlanVersion, by: User) -> None:
    if version.drafted_by_id != by.pk:
        raise NotAllowed(_("草案由 %(name)s 起草，只有起草人能改") % {"name": version.drafted_by})


def _edited(
    version: PlanVersion, by: User, *, document: str, cases: str, **data: str
) -> PlanVersion:
    plan = read_document(document, area=version.area, scheme=version.scheme, title=version.title)
    before = version.plan_id
    _take_over(version, document, plan, title="")
    version.cases = cases
    version.save()
    record("edited", version, by, before=before, **data)
    return version


def _take_over(version: PlanVersion, document: str, plan: Plan, *, title: str) -> None:
    version.document = document
    version.title = title or plan.title
    version.plan_id = plan.plan_id
    version.valid_from = plan.valid_from
    version.has_assumed = bool(plan.assumed)
