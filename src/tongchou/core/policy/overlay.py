"""Writing a number into a policy's tree, where the tree may write it only as part of something.

A table may be one number for all, or one wording (提高10% of every cell); an identity may have no
row yet. What is written out on the way keeps its value, its wording and its ground.
"""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tongchou.core.money import format_yuan
from tongchou.core.policy.document import Number, PolicyDocument, TableKey, Terms, TierTable
from tongchou.core.policy.values import IDENTITIES, PLACES

Tree = dict[str, Any]
NO_LIMIT = "不设"
_KEPT = "测算时单独列出，数未改"


def written_rate(rate: int) -> str:
    """Return ten-thousandths as a policy writes them: 6250 -> "62.50%"."""
    whole, part = divmod(abs(rate), 100)
    return f"{'-' if rate < 0 else ''}{whole}.{part:02d}%"


def write(tree: Tree, document: PolicyDocument, path: str, number: Tree) -> None:
    """Put `number` (value and ground) at `path`, which `document`, the tree as read, has."""
    parts = path.split(".")
    if parts[2] == "identity":
        _keep_visits(tree, document, parts)
    if parts[2] == "visit" and len(parts) > 4 and parts[4] == "identity":
        _own_row(tree, document, parts)
    node: Any = tree
    for at, part in enumerate(parts):
        if isinstance(node, dict) and ("value" in node or "change" in node):
            _write_out(node, ".".join(parts[:at]), document)
        node = node[int(part)] if isinstance(node, list) else node[part]
    node.clear()
    node.update(number)


def opened(
    tree: Tree, document: PolicyDocument, path: str, numbers: Mapping[str, Number]
) -> list[Number]:
    """Make room for a number that the document has only for more people, or more places, at once.

    Returns the number as it stands for them, at `path`; nothing where there is none to take.
    """
    return _place_of_all(tree, document, path, numbers) or _new_row(tree, document, path, numbers)


def _place_of_all(
    tree: Tree, document: PolicyDocument, path: str, numbers: Mapping[str, Number]
) -> list[Number]:
    """One number for all levels becomes one for each level that the tier pays at."""
    stem, _dot, place = path.rpartition(".")
    number = numbers.get(stem)
    if number is None or place not in PLACES or not stem.endswith((".deductible", ".rate")):
        return []
    tier = next(t for t in document.tiers if t.name == stem.split(".")[1])
    places = {p for _s, p in tier.ordinary.rate if p}
    if place not in places:
        return []
    node: Any = tree
    for part in stem.split("."):
        node = node[part]
    single = dict(node)
    node.clear()
    node.update({p: dict(single) for p in PLACES if p in places})
    return [replace(number, path=path)]


def _new_row(
    tree: Tree, document: PolicyDocument, path: str, numbers: Mapping[str, Number]
) -> list[Number]:
    """An identity that the tier treats as everyone gets a row that begins as everyone's."""
    parts = path.split(".")
    if len(parts) < 5 or parts[0] != "tiers" or parts[2] != "identity":
        return []
    tier, identity, what = parts[1], parts[3], parts[4]
    everyone = ".".join(["tiers", tier, *parts[4:]])
    if identity not in IDENTITIES or identity in document.identity_rows or everyone not in numbers:
        return []
    of_tier = tree["tiers"][tier]
    row = of_tier.setdefault("identity", {}).setdefault(identity, {})
    row[what] = copy.deepcopy(of_tier[what])
    return [replace(numbers[everyone], path=path)]


def _keep_visits(tree: Tree, document: PolicyDocument, parts: list[str]) -> None:
    """Write out what an identity's row makes of a kind of visit that has numbers of its own.

    The path names the row's own number; those of the visit are not worded by it.
    """
    tier, identity, what = parts[1], parts[3], parts[4]
    table = _tier(document, tier)
    for visit, node in tree["tiers"][tier].get("visit", {}).items():
        if what in node and what not in node.get("identity", {}).get(identity, {}):
            row = node.setdefault("identity", {}).setdefault(identity, {})
            row[what] = _terms_written(table.terms_for(visit, identity), what)


def _own_row(tree: Tree, document: PolicyDocument, parts: list[str]) -> None:
    tier, visit, identity, what = parts[1], parts[3], parts[5], parts[6]
    of_visit = tree["tiers"][tier]["visit"][visit]
    row = of_visit.setdefault("identity", {}).setdefault(identity, {})
    if what not in row:
        terms = _tier(document, tier).terms_for(visit, identity)
        row[what] = _terms_written(terms, what)


def _tier(document: PolicyDocument, name: str) -> TierTable:
    return next(tier for tier in document.tiers if tier.name == name)


def _terms_written(terms: Terms, what: str) -> Any:
    if what == "cap":
        assert terms.cap is not None
        return _kept(terms.cap)
    if what == "bands":
        return [{"from": _kept(b.start), "rate": _kept(b.rate)} for b in terms.bands or ()]
    return _table_written(terms.rate if what == "rate" else terms.deductible)


def _table_written(table: Mapping[TableKey, Number]) -> Tree:
    written: Tree = {}
    for (status, place), number in table.items():
        cells = written.setdefault(status, {}) if status else written
        if place is None:
            cells.update(_kept(number))
        else:
            cells[place] = _kept(number)
    return written


def _kept(number: Number) -> Tree:
    return {"value": _value(number), "assumed": number.assumed or _KEPT}


def _value(number: Number) -> str:
    if number.value is None:
        return NO_LIMIT
    return written_rate(number.value) if number.kind == "rate" else format_yuan(number.value)


def _write_out(node: Tree, path: str, document: PolicyDocument) -> None:
    """Write a table of one wording or one number as its cells, each with the same wording."""
    cell = dict(node)
    node.clear()
    for number in document.numbers():
        if number.path.startswith(f"{path}."):
            cells = node
            *tables, last = number.path.removeprefix(f"{path}.").split(".")
            for table in tables:
                cells = cells.setdefault(table, {})
            cells[last] = dict(cell)
