"""The side menu as data. An entry shows once its page exists and the user's post holds its right.

An entry is "here" when its address is the longest that the page's own begins with.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    group: str | Promise
    label: str | Promise
    url_name: str
    right: str
    icon: str


GROUP_DESK = _("办理")
GROUP_BENEFIT = _("待遇")
GROUP_MONEY = _("资金")
GROUP_WATCH = _("监管")
GROUP_RUN = _("运行")

ENTRIES: tuple[Entry, ...] = (
    Entry("", _("工作台"), "insight:home", "home.view", "layout-dashboard"),
    Entry(GROUP_DESK, _("参保与人员"), "people:list", "people.view", "users"),
    Entry(GROUP_DESK, _("参保缴费"), "premiums:year", "premiums.view", "coin"),
    Entry(GROUP_DESK, _("名单比对"), "rosters:list", "rosters.view", "git-compare"),
    Entry(GROUP_DESK, _("名单案件"), "rosters:cases", "rosters.cases", "list-check"),
    Entry(GROUP_DESK, _("困难申请"), "rosters:applications", "rosters.cases", "file-text"),
    Entry(GROUP_DESK, _("制度并轨"), "transitions:list", "transitions.view", "arrows-exchange"),
    Entry(GROUP_DESK, _("试算待遇"), "bills:trial", "trial.run", "calculator"),
    # Counter work of the bureau: whoever may see the register of persons.
    Entry(GROUP_DESK, _("零星报销"), "bills:manual-list", "people.view", "file-text"),
    Entry(GROUP_BENEFIT, _("待遇结算"), "bills:list", "bills.view", "receipt-2"),
    Entry(GROUP_BENEFIT, _("待遇补差"), "arrears:list", "arrears.view", "arrow-back-up"),
    Entry(GROUP_BENEFIT, _("政策与规则"), "plans:list", "plans.view", "scale"),
    Entry(GROUP_BENEFIT, _("试算改动"), "whatif:page", "whatif.run", "adjustments-horizontal"),
    Entry(GROUP_BENEFIT, _("目录"), "catalogue:list", "catalogue.view", "pill"),
    Entry(GROUP_MONEY, _("基金"), "funds:trial-balance", "funds.view", "book-2"),
    Entry(GROUP_MONEY, _("统筹层次"), "pooling:list", "pooling.view", "stack-2"),
    Entry(GROUP_MONEY, _("家庭共济"), "sharing:list", "sharing.view", "home-heart"),
    Entry(GROUP_MONEY, _("代发"), "payouts:list", "payouts.view", "wallet"),
    Entry(GROUP_MONEY, _("医院对账"), "gateway:reconcile", "reconcile.view", "git-compare"),
    Entry(GROUP_MONEY, _("统计报表"), "insight:reports", "lake.query", "report"),
    Entry(GROUP_WATCH, _("定点机构"), "providers:list", "providers.view", "building-hospital"),
    Entry(GROUP_WATCH, _("登记比对"), "registers:list", "registers.view", "git-compare"),
    Entry(GROUP_WATCH, _("登记案件"), "registers:cases", "registers.cases", "list-check"),
    Entry(GROUP_WATCH, _("合作统筹区"), "partners:list", "partners.view", "building-community"),
    Entry(GROUP_WATCH, _("整年重算"), "replays:list", "replay.view", "refresh"),
    Entry(GROUP_RUN, _("接口监测"), "gateway:monitor", "gateway.view", "activity-heartbeat"),
    Entry(GROUP_RUN, _("后台作业"), "jobs:list", "lake.export", "clock-play"),
    Entry(GROUP_RUN, _("工作日"), "workdays:list", "workdays.view", "calendar"),
    Entry(GROUP_RUN, _("操作留痕"), "trail:list", "trail.view", "history"),
    Entry(GROUP_RUN, _("用户与岗位"), "accounts:users", "users.manage", "user-cog"),
)
BOTTOM_TABS: tuple[tuple[str, str | Promise, str], ...] = (
    ("insight:home", _("工作台"), "layout-dashboard"),
    ("bills:list", _("查单"), "search"),
    ("accounts:me", _("我的"), "user"),
)


# What waits for a user, by the entry's url name. A later context tells: the shell knows no work.
Counter = Callable[[Any], dict[str, int]]
_counters: list[Counter] = []


def count_with(counter: Counter) -> None:
    """Show what `counter` returns for the signed-in user beside the entries (not for 0)."""
    if counter not in _counters:
        _counters.append(counter)


@dataclass(slots=True)
class Shown:
    label: str | Promise
    url: str
    icon: str
    here: bool
    count: int = 0


@dataclass(slots=True)
class Group:
    label: str | Promise
    entries: list[Shown] = field(default_factory=list)


def _address(url_name: str) -> str | None:
    return _address_within(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@cache
def _address_within(url_name: str, urlconf: str, prefix: str) -> str | None:
    """Return the address, which never changes: every page asks for some sixty of them."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _existing(user: Any) -> Iterator[tuple[Entry, str]]:
    for entry in ENTRIES:
        url = _address(entry.url_name)
        if url is not None and user.may(entry.right):
            yield entry, url


def _here(request: HttpRequest, addresses: dict[str, str]) -> str:
    """Return which of the entries (url name: address) the request is on or under."""
    under = [
        name
        for name, address in addresses.items()
        if request.path == address or (address != "/" and request.path.startswith(address))
    ]
    return max(under, key=lambda name: len(addresses[name]), default="")


def menu_for(request: HttpRequest) -> list[Group]:
    """Return the groups that this user sees, without empty ones."""
    entries = list(_existing(request.user))
    here = _here(request, {entry.url_name: url for entry, url in entries})
    counts = _counts(request.user)
    groups: list[Group] = []
    for entry, url in entries:
        if not groups or groups[-1].label != entry.group:
            groups.append(Group(entry.group))
        shown = Shown(entry.label, url, entry.icon, entry.url_name == here)
        shown.count = counts.get(entry.url_name, 0)
        groups[-1].entries.append(shown)
    return groups


def _counts(user: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for counter in _counters:
        for name, count in counter(user).items():
            found[name] = found.get(name, 0) + count
    return found


def tabs_for(request: HttpRequest) -> list[Shown]:
    """Return the bottom tabs of a telephone."""
    rights = {entry.url_name: entry.right for entry in ENTRIES}
    names = [*rights, *(name for name, _label, _icon in BOTTOM_TABS)]
    here = _here(request, {name: url for name in names if (url := _address(name))})
    tabs = []
    for name, label, icon in BOTTOM_TABS:
        url = _address(name)
        right = rights.get(name)
        if url is not None and (right is None or request.user.may(right)):  # type: ignore[union-attr]
            tabs.append(Shown(label, url, icon, name == here))
    return tabs
