"""From the text of a policy to its typed document, or to all that is wrong with it."""

from collections.abc import Mapping
from typing import Any

import yaml

from tongchou.core.policy import checks
from tongchou.core.policy.document import (
    Band,
    Number,
    PolicyDocument,
    TableKey,
    Terms,
    TierTable,
)
from tongchou.core.policy.reading import Reader
from tongchou.core.policy.values import (
    IDENTITIES,
    LABELS,
    PLACES,
    SCHEMES,
    STATUSES,
    TIERS,
    VISITS,
    AssumedNumber,
    Cite,
    PolicyError,
    Problem,
)
from tongchou.core.yamls import FastLoader
from tongchou.core.yamls import load as load_yaml

BASES = ("claim", "overflow", "self_pay")
_HEAD = (
    "area", "scheme", "title", "valid_from", "valid_to", "year", "judged_on", "documents",
    "clauses", "identities", "tiers", "readings",
)  # fmt: skip
_TIER = (
    "pays_on", "visits", "only_identities", "includes_deductible", "entry", "deductible", "rate",
    "bands", "cap", "visit", "identity", "note",
)  # fmt: skip
_TERMS = ("deductible", "rate", "bands", "cap")


class _UniqueKeys(yaml.SafeLoader):
    """Safe YAML in which a key written twice is an error: the second would win in silence."""


class _FastUniqueKeys(FastLoader):
    """The same by libyaml."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            mark = node.start_mark
            raise yaml.constructor.ConstructorError(None, None, f"“{key}”写了两次", mark)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


for _loader in (_UniqueKeys, _FastUniqueKeys):
    _loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_document(text: str, *, source: str) -> PolicyDocument:
    """Read a policy. Raises PolicyError with every problem, each with its path."""
    return read_tree(parse(text, source=source), source=source)


def parse(text: str, *, source: str) -> dict[str, Any]:
    """Return a policy's text as the tree that it writes down, not judged yet. Raises PolicyError.

    The tree may be changed and then read (`core.policy.reform`).
    """
    try:
        root = load_yaml(text, _FastUniqueKeys, _UniqueKeys)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f"第 {mark.line + 1} 行" if mark else "全文"
        said = getattr(error, "problem", None) or str(error)
        raise PolicyError(source, [Problem(at, str(said), "合格的 YAML")]) from error
    reader = Reader({})
    root = reader.mapping(root, "全文")
    if reader.problems:
        raise PolicyError(source, reader.problems)
    return dict(root)


def read_tree(root: Mapping[str, Any], *, source: str) -> PolicyDocument:
    """Judge a parsed policy. Raises PolicyError with every problem, each with its path."""
    reader = Reader({})
    document = _document(reader, root)
    problems = reader.problems or checks.problems(document)
    if problems:
        raise PolicyError(source, problems)
    return document


def _document(reader: Reader, root: Mapping[str, Any]) -> PolicyDocument:
    reader.only(root, "", _HEAD)
    reader.clauses = _clauses(reader, root)
    order, rows, readings = _identities(reader, root.get("identities", {}))
    valid_to = root.get("valid_to")
    return PolicyDocument(
        area=reader.text(root, "area", ""),
        scheme=reader.choice(root.get("scheme"), "scheme", SCHEMES),
        title=reader.text(root, "title", ""),
        valid_from=reader.day(root.get("valid_from"), "valid_from"),
        valid_to=None if valid_to is None else reader.day(valid_to, "valid_to"),
        year=reader.choice(root.get("year", "calendar"), "year", ("calendar",)),
        judged_on=reader.choice(
            root.get("judged_on", "discharge"), "judged_on", ("discharge", "admission")
        ),
        identities=order,
        identity_rows=rows,
        clauses=reader.clauses,
        tiers=_tiers(reader, root.get("tiers"), order, rows),
        notes=(*readings, *_readings(reader, root.get("readings", []))),
    )


def _clauses(reader: Reader, root: Mapping[str, Any]) -> dict[str, Cite]:
    documents = reader.mapping(root.get("documents"), "documents")
    titles = {}
    for name, node in documents.items():
        titles[name] = reader.text(
            reader.mapping(node, f"documents.{name}"), "title", f"documents.{name}"
        )
    found = {}
    for name, raw in reader.mapping(root.get("clauses"), "clauses").items():
        path = f"clauses.{name}"
        node = reader.mapping(raw, path)
        reader.only(node, path, ("document", "clause", "words"))
        document = node.get("document")
        if document not in titles:
            reader.wrong(f"{path}.document", f"没有文件“{document}”", "documents 里已有的名称")
        found[name] = Cite(
            titles.get(str(document), ""),
            reader.text(node, "clause", path),
            reader.text(node, "words", path),
        )
    return found


def _identities(
    reader: Reader, node: Any
) -> tuple[tuple[str, ...], dict[str, str], list[AssumedNumber]]:
    node = reader.mapping(node, "identities")
    reader.only(node, "identities", ("order", "same_row"))
    order = node.get("order", list(IDENTITIES))
    if not isinstance(order, list) or sorted(map(str, order)) != sorted(IDENTITIES):
        reader.wrong("identities.order", "没有把每种身份恰好写一次", "、".join(IDENTITIES))
        order = list(IDENTITIES)
    rows, readings = {}, []
    for name, raw in reader.mapping(node.get("same_row", {}), "identities.same_row").items():
        path = f"identities.same_row.{name}"
        reader.choice(name, path, IDENTITIES)
        like = reader.mapping(raw, path)
        reader.only(like, path, ("row", "clause", "words", "assumed"))
        row = reader.choice(like.get("row"), f"{path}.row", IDENTITIES)
        rows[name] = row
        if reason := like.get("assumed"):
            label = f"{LABELS.get(name, name)}适用的行"
            readings.append(AssumedNumber(path, label, str(reason), LABELS[row]))
        elif like.get("clause") not in reader.clauses:
            reader.wrong(path, "没有依据", "clause，或 assumed")
    return tuple(order), rows, readings


def _readings(reader: Reader, node: Any) -> list[AssumedNumber]:
    found = []
    for i, raw in enumerate(node if isinstance(node, list) else []):
        path = f"readings.{i}"
        item = reader.mapping(raw, path)
        reader.only(item, path, ("label", "value", "reason"))
        found.append(
            AssumedNumber(
                path,
                reader.text(item, "label", path),
                reader.text(item, "reason", path),
                reader.text(item, "value", path),
            )
        )
    if not isinstance(node, list):
        reader.wrong("readings", "不是列表", "一个列表")
    return found


def _tiers(
    reader: Reader, node: Any, order: tuple[str, ...], rows: Mapping[str, str]
) -> tuple[TierTable, ...]:
    node = reader.mapping(node, "tiers")
    for name in node:
        if name not in TIERS:
            reader.wrong(f"tiers.{name}", "没有这一层", "、".join(TIERS))
    found = []
    for name in TIERS:
        if name in node:
            path = f"tiers.{name}"
            found.append(_tier(reader, name, reader.mapping(node[name], path), path))
    return tuple(found)


def _tier(reader: Reader, name: str, node: Mapping[str, Any], path: str) -> TierTable:
    reader.only(node, path, _TIER)
    visits = node.get("visits")
    if not isinstance(visits, list) or not visits or not set(visits) <= set(VISITS):
        reader.wrong(f"{path}.visits", "没有写适用的就医类别", "、".join(VISITS) + " 中的几种")
        visits = ["inpatient"]
    ordinary = _terms(reader, node, path, None)
    switches = []
    includes = True
    if "includes_deductible" in node:
        switch = _switch(reader, node["includes_deductible"], f"{path}.includes_deductible")
        includes = bool(switch.value)
        switches.append(switch)
    if "entry" in node:
        switches.append(_switch(reader, node["entry"], f"{path}.entry"))
    visit_terms, visit_identity = {}, {}
    identity_node = reader.mapping(node.get("identity", {}), f"{path}.identity")
    for visit, raw in reader.mapping(node.get("visit", {}), f"{path}.visit").items():
        reader.choice(visit, f"{path}.visit.{visit}", tuple(visits))
        of_visit = reader.mapping(raw, f"{path}.visit.{visit}")
        reader.only(of_visit, f"{path}.visit.{visit}", (*_TERMS, "identity"))
        visit_terms[visit] = _terms(reader, of_visit, f"{path}.visit.{visit}", ordinary)
    by_identity = {}
    own = {v: _own_rows(reader, node, path, v) for v in visit_terms}
    for identity, raw in identity_node.items():
        at = f"{path}.identity.{identity}"
        reader.choice(identity, at, IDENTITIES)
        of_identity = reader.mapping(raw, at)
        reader.only(of_identity, at, _TERMS)
        by_identity[identity] = _terms(reader, of_identity, at, ordinary)
        for visit, terms in visit_terms.items():
            # A row of an identity moves the numbers of each kind of visit as it moves the others.
            at = f"{path}.visit.{visit}.identity.{identity}"
            moved = _terms(reader, of_identity, at, terms)
            visit_identity[visit, identity] = _terms(
                reader, own[visit].pop(identity, {}), at, moved
            )
    for visit, rows in own.items():
        for identity in rows:
            at = f"{path}.visit.{visit}.identity.{identity}"
            reader.wrong(at, "这一层没有这种身份的行", f"先写 {path}.identity.{identity}")
    return TierTable(
        name=name,
        base=reader.choice(node.get("pays_on"), f"{path}.pays_on", BASES),
        visits=tuple(visits),
        ordinary=ordinary,
        by_identity=by_identity,
        visit_terms=visit_terms,
        visit_identity=visit_identity,
        only_identities=node.get("only_identities") is True,
        includes_deductible=includes,
        switches=tuple(switches),
        note=str(node.get("note", "")),
    )


def _own_rows(
    reader: Reader, tier: Mapping[str, Any], path: str, visit: str
) -> dict[str, dict[str, Any]]:
    """Return the rows of identities that a kind of visit writes for itself."""
    at = f"{path}.visit.{visit}.identity"
    node = reader.mapping(tier["visit"][visit].get("identity", {}), at)
    rows = {}
    for identity, raw in node.items():
        rows[identity] = reader.mapping(raw, f"{at}.{identity}")
        reader.only(rows[identity], f"{at}.{identity}", _TERMS)
    return rows


def _switch(reader: Reader, node: Any, path: str) -> Number:
    """Read a yes or no that the document leaves open; it needs a ground like any number."""
    node = reader.mapping(node, path)
    answer = reader.choice(node.get("value"), f"{path}.value", ("是", "否", "基本封顶线之后"))
    cite, assumed = reader._ground(node, path)
    clause = node.get("clause") if cite else None
    return Number(path, "switch", int(answer != "否"), cite, clause, assumed, answer)


def _terms(reader: Reader, node: Mapping[str, Any], path: str, under: Terms | None) -> Terms:
    """Read the numbers of one row; what it does not write it takes from the row `under` it."""
    base = under or Terms()
    deductible = base.deductible
    rate = base.rate
    bands = base.bands
    cap = base.cap
    if "deductible" in node:
        deductible = _table(
            reader, node["deductible"], f"{path}.deductible", "money", base.deductible
        )
    if "rate" in node:
        rate = _table(reader, node["rate"], f"{path}.rate", "rate", base.rate)
    if "bands" in node:
        bands = _bands(reader, node["bands"], f"{path}.bands", base.bands)
    if "cap" in node:
        cap = reader.number(node["cap"], f"{path}.cap", "money", base.cap)
    return Terms(deductible, rate, bands, cap)


def _bands(
    reader: Reader, node: Any, path: str, under: tuple[Band, ...] | None
) -> tuple[Band, ...]:
    if not isinstance(node, list) or not node:
        reader.wrong(path, "不是列表", "从低到高的分段列表")
        return ()
    found = []
    for i, raw in enumerate(node):
        band = reader.mapping(raw, f"{path}.{i}")
        reader.only(band, f"{path}.{i}", ("from", "rate"))
        base = under[i] if under and i < len(under) else None
        found.append(
            Band(
                reader.number(
                    band.get("from"), f"{path}.{i}.from", "money", base.start if base else None
                ),
                reader.number(
                    band.get("rate"), f"{path}.{i}.rate", "rate", base.rate if base else None
                ),
            )
        )
    return tuple(found)


def _table(
    reader: Reader, node: Any, path: str, kind: str, under: Mapping[TableKey, Number]
) -> dict[TableKey, Number]:
    """Read a table by status and place; a relative wording moves every cell of the row below."""
    node = reader.mapping(node, path)
    if "change" in node:
        if not under:
            reader.wrong(f"{path}.change", "没有可比的一般标准", "一般行已有同一张表")
        return {
            key: reader.number(node, ".".join([path, *filter(None, key)]), kind, base)
            for key, base in under.items()
        }
    if "value" in node:
        return {(None, None): reader.number(node, path, kind)}
    found: dict[TableKey, Number] = {}
    for key, raw in node.items():
        if key in STATUSES:
            for place, cell in reader.mapping(raw, f"{path}.{key}").items():
                reader.choice(place, f"{path}.{key}.{place}", PLACES)
                found[key, place] = reader.number(cell, f"{path}.{key}.{place}", kind)
        else:
            reader.choice(key, f"{path}.{key}", PLACES)
            found[None, key] = reader.number(raw, f"{path}.{key}", kind, under.get((None, key)))
    return found
