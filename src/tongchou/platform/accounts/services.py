"""Signing in and the bureau's users. Every act is in the trail; passwords never are."""

import secrets
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Organisation
from tongchou.platform.authority.roles import ROLES
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.platform.ui import format as fmt


@cache
def _nobody() -> str:
    """Return what is compared for unknown names: the time of an answer tells nobody who exists.

    Made for the first of them, as making it takes as long as signing in.
    """
    return make_password(secrets.token_hex())


def _record(*, actor: str, verb: str, user: User, data: dict[str, Any] | None = None) -> None:
    trail.record(
        actor=actor,
        verb=f"accounts.{verb}",
        object_type="user",
        object_id=user.login,
        area=user.area_code,
        data=data or {},
    )


def check_sign_in(*, login: str, password: str, address: str) -> User:
    """Return the user, or raise Refused; failures are counted and lock the account for a while."""
    with transaction.atomic():
        user = _locked_row(login)
        if user is None or not user.is_active:
            check_password(password, _nobody())
            raise Refused(_wrong_text())
        refusal = _sign_in_refusal(user, password, address)
    if refusal:
        raise refusal
    return user


def _locked_row(login: str) -> User | None:
    return User.objects.select_for_update(of=("self",), no_key=True).filter(login=login).first()


def _sign_in_refusal(user: User, password: str, address: str) -> Refused | None:
    """Count this attempt; what it counted is kept even when the answer is no."""
    now = clock.now()
    if user.locked_until and user.locked_until > now:
        return Refused(_locked_text(user))
    if user.check_password(password):
        user.failures, user.locked_until = 0, None
        user.save(update_fields=["failures", "locked_until"])
        _record(actor=user.login, verb="signed_in", user=user, data={"address": address})
        return None
    user.failures += 1
    verb = "sign_in_failed"
    if user.failures >= settings.SIGN_IN_FAILURES_ALLOWED:
        user.failures = 0
        user.locked_until = now + timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
        verb = "locked"
    user.save(update_fields=["failures", "locked_until"])
    _record(actor=user.login, verb=verb, user=user, data={"address": address})
    return Refused(_locked_text(user) if verb == "locked" else _wrong_text())


def _wrong_text() -> str:
    return _("登录名或密码不对。请重输；忘记密码的，请本单位系统管理员重置")


def _locked_text(user: User) -> str:
    assert user.locked_until is not None
    return _("账号已锁定。请在 %(time)s 之后再试，或请本单位系统管理员解锁") % {
        "time": fmt.hour(user.locked_until)
    }


@transaction.atomic
def record_end(*, user: User, idle: bool) -> None:
    """Record that a session ended, by its user or by the idle limit."""
    _record(actor=user.login, verb="idle_ended" if idle else "signed_out", user=user)


@transaction.atomic
def change_password(*, user: User, old: str, new: str) -> None:
    """Change one's own password."""
    if not user.check_password(old):
        raise Refused(_("现在的密码不对。请重输"), field="old")
    if old == new:
        raise Refused(_("新密码与现在的相同。请换一个"), field="new")
    _set_password(user, new, field="new")
    _record(actor=user.login, verb="password_changed", user=user)


@transaction.atomic
def add_user(
    *, actor: str, login: str, name: str, role: str, organisation: Organisation, password: str
) -> User:
    """Add a user of an organisation to one post."""
    if role not in ROLES:
        raise Refused(_("没有这个岗位。请从列表中选"), field="role")
    kinds = {"hospital": Organisation.Kind.INSTITUTION, "town": Organisation.Kind.TOWN}
    if organisation.kind != kinds.get(role, Organisation.Kind.BUREAU):
        raise Refused(
            _("岗位与单位不符。医院医保办岗只给定点医药机构，乡镇经办岗只给乡镇，其余给医保局"),
            field="role",
        )
    if User.objects.filter(login=login).exists():
        raise Refused(_("登录名已有人用。请换一个"), field="login")
    user = User(login=login, name=name, role=role, organisation=organisation)
    _set_password(user, password, field="password")
    data = {"name": name, "role": role, "organisation": organisation.code}
    _record(actor=actor, verb="user_added", user=user, data=data)
    return user


@transaction.atomic
def disable_user(*, actor: User, user: User, reason: str) -> None:
    """Keep a user from signing in; sessions end with the next request."""
    if actor.pk == user.pk:
        raise Refused(_("不能停用自己。请由另一位系统管理员办理"))
    if not reason.strip():
        raise Refused(_("没有写理由。请写明为什么停用"), field="reason")
    user.is_active = False
    user.save(update_fields=["is_active"])
    _record(actor=actor.login, verb="user_disabled", user=user, data={"reason": reason.strip()})


@transaction.atomic
def enable_user(*, actor: User, user: User) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record(actor=actor.login, verb="user_enabled", user=user)


@transaction.atomic
def unlock_user(*, actor: User, user: User) -> None:
    user.failures, user.locked_until = 0, None
    user.save(update_fields=["failures", "locked_until"])
    _record(actor=actor.login, verb="user_unlocked", user=user)


@transaction.atomic
def reset_password(*, actor: User, user: User) -> str:
    """Give a fresh password, shown once to the administrator; sessions of the user end."""
    password = secrets.token_urlsafe(12)
    _set_password(user, password, field="")
    user.failures, user.locked_until = 0, None
    user.save(update_fields=["failures", "locked_until"])
    _record(actor=actor.login, verb="password_reset", user=user)
    return password


def _set_password(user: User, password: str, *, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused("；".join(error.messages), field=field) from error
    user.set_password(password)
    user.save()
