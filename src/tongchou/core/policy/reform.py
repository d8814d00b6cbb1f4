"""A reform: an overlay of new numbers on a policy, never code.

```yaml
name: 二级起付线降 100 元
why: 引导到二级医院
changes:
  - {path: tiers.basic.deductible.level2, add: "-100.00"}
  - {path: tiers.critical_illness.bands.*.rate, add_points: 5}
  - {path: tiers.basic.rate.level3, set: "62"}
```

A path names one number of the document as `Number.path` does; a whole table (`tiers.basic.rate`)
or `*` for a part of the path names all that are there. Numbers that the document words relatively
to one that moves (下调80%) move with it. An identity may get a row of its own where the tier has
none yet. The reformed policy is read and checked like any other before anything is computed.
"""

import copy
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import yaml

from tongchou.core.money import format_yuan, parse_yuan
from tongchou.core.policy import overlay
from tongchou.core.policy.document import Number, PolicyDocument
from tongchou.core.policy.overlay import NO_LIMIT, written_rate
from tongchou.core.policy.plan import Plan, compile_plan
from tongchou.core.policy.schema import parse, read_tree
from tongchou.core.policy.values import LABELS, PolicyError, Problem
from tongchou.core.yamls import load as load_yaml

HOWS = ("set", "add", "add_points")
MOST_CHANGES = 200

_RATE = re.compile(r"([+-]?)(\d{1,3})(?:\.(\d{1,2}))?%?", re.ASCII)
_EXPECTED = {
    "set": '"300.00"（元）、"62"（百分比）或 不设',
    "add": '元，如 "-100.00"',
    "add_points": "百分点，如 5 或 -2.5",
}


class Move(NamedTuple):
    """One change: of the numbers at `path`, `how` (set, add, add_points), `amount` as written."""

    path: str
    how: str
    amount: str


class Reform(NamedTuple):
    name: str
    why: str
    moves: tuple[Move, ...]


def read_reform(text: str, *, source: str) -> Reform:
    """Read a reform (YAML). Raises PolicyError with all that is wrong with its form."""
    try:
        root = load_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f"第 {mark.line + 1} 行" if mark else "全文"
        raise PolicyError(source, [Problem(at, str(error), "合格的 YAML")]) from error
    return reform_of(root, source=source)


def reform_of(root: Any, *, source: str) -> Reform:
    """Return the reform that a parsed document is. Raises PolicyError."""
    if not isinstance(root, Mapping):
        raise PolicyError(source, [Problem("全文", "不是一组内容", "name、why、changes")])
    problems = [
        Problem(str(key), "不认识这个名称", "name、why、changes")
        for key in root
        if key not in ("name", "why", "changes")
    ]
    name = root.get("name")
    if not isinstance(name, str) or not name.strip():
        problems.append(Problem("name", "没有名称", "一个短名称，如 二级起付线降 100 元"))
    raw = root.get("changes")
    rows = raw if isinstance(raw, list) else []
    if not 1 <= len(rows) <= MOST_CHANGES:
        problems.append(Problem("changes", "没有改动，或太多", f"1 到 {MOST_CHANGES} 处改动的列表"))
    moves = [_move(row, f"changes.{at}", problems) for at, row in enumerate(rows)]
    if problems:
        raise PolicyError(source, problems)
    return Reform(str(name).strip(), str(root.get("why") or "").strip(), tuple(moves))


def reform_to_tree(reform: Reform) -> dict[str, Any]:
    """Return the document of a reform, as `reform_of` reads it."""
    changes = [{"path": move.path, move.how: move.amount} for move in reform.moves]
    return {"name": reform.name, "why": reform.why, "changes": changes}


def _move(row: Any, at: str, problems: list[Problem]) -> Move:
    node = row if isinstance(row, Mapping) else {}
    hows = [how for how in HOWS if how in node]
    path = node.get("path")
    if not isinstance(path, str) or not path.strip():
        problems.append(Problem(f"{at}.path", "没有路径", "如 tiers.basic.deductible.level2"))
    if len(hows) != 1 or set(node) - {"path", *HOWS}:
        problems.append(Problem(at, "不是恰好一种改法", "path 和 set、add、add_points 之一"))
        return Move(str(path), "set", "")
    amount = node[hows[0]]
    if isinstance(amount, bool) or amount is None or isinstance(amount, Mapping | list):
        problems.append(Problem(f"{at}.{hows[0]}", "不是一个数", _EXPECTED[hows[0]]))
    return Move(str(path).strip(), hows[0], str(amount).strip())


def apply_reform(document: str, reform: Reform, *, source: str) -> Plan:
    """Return the plan of a policy's text with `reform` laid over it.

    Raises PolicyError: a path that does not exist, a rate above 100%, bands out of order, a policy
    that no longer covers everybody.
    """
    return reform_tree(parse(document, source=source), reform)


def reform_tree(root: Mapping[str, Any], reform: Reform) -> Plan:
    """As `apply_reform`, on a parsed policy, which stays as it is."""
    return compile_plan(read_tree(laid_over(root, reform), source=_name_of(reform)))


def _name_of(reform: Reform) -> str:
    return f"测算“{reform.name}”"


def laid_over(root: Mapping[str, Any], reform: Reform) -> dict[str, Any]:
    """Return a parsed policy with the reform in it, its new numbers marked assumed."""
    name = _name_of(reform)
    tree = copy.deepcopy(dict(root))
    problems: list[Problem] = []
    for move in reform.moves:
        document = read_tree(tree, source=name)
        _lay(tree, document, move, name, problems)
    if problems:
        raise PolicyError(name, problems)
    return tree


def _lay(
    tree: dict[str, Any], document: PolicyDocument, move: Move, name: str, problems: list[Problem]
) -> None:
    numbers = {n.path: n for n in document.numbers() if n.kind != "switch"}
    found = _named(move.path, numbers) or overlay.opened(tree, document, move.path, numbers)
    if not found:
        problems.append(Problem(move.path, "没有这个数", _nearest(move.path, document, numbers)))
    for number in found:
        try:
            text = _moved(number, move)
        except ValueError as wrong:
            problems.append(Problem(number.path, str(wrong), _EXPECTED[move.how]))
            continue
        overlay.write(tree, document, number.path, {"value": text, "assumed": name})


def named_by(document: PolicyDocument, move: Move) -> list[Number]:
    """Return the numbers of the policy that a move names; none where it opens a row of its own."""
    return _named(move.path, {n.path: n for n in document.numbers() if n.kind != "switch"})


def _named(path: str, numbers: Mapping[str, Number]) -> list[Number]:
    """Return the numbers at a path, in a table, or where a pattern with * leads."""
    if path in numbers:
        return [numbers[path]]
    if "*" in path:
        parts = path.split(".")
        return [
            n
            for n in numbers.values()
            if len(of := n.path.split(".")) == len(parts) and all(map(fnmatchcase, of, parts))
        ]
    last = path.rsplit(".", 1)[-1]
    if last in ("rate", "deductible"):
        return [n for n in numbers.values() if n.path.startswith(f"{path}.")]
    return []


def _moved(number: Number, move: Move) -> str:
    """Return the number's new value as a policy writes it. Raises ValueError."""
    if number.kind == "rate":
        return _rate(number, move)
    if move.how == "add_points":
        raise ValueError("是金额，不能按百分点加减")
    if move.how == "set" and move.amount == NO_LIMIT:
        return NO_LIMIT
    fen = parse_yuan(move.amount.removeprefix("+"))
    if move.how == "add":
        if number.value is None:
            raise ValueError("本来不设，不能加减")
        fen += number.value
    if fen < 0:
        raise ValueError(f"改后是 {format_yuan(fen)}，小于 0")
    return format_yuan(fen)


def _rate(number: Number, move: Move) -> str:
    if move.how == "add":
        raise ValueError("是比例，加减请写 add_points（百分点）")
    match = _RATE.fullmatch(move.amount)
    if match is None:
        raise ValueError(f"“{move.amount}”不是百分比")
    rate = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    rate = -rate if match[1] == "-" else rate
    if move.how == "add_points":
        rate += number.value or 0
    if not 0 <= rate <= 10_000:
        raise ValueError(f"改后是 {written_rate(rate)}，不在 0% 到 100% 之间")
    return written_rate(rate)


def _nearest(path: str, document: PolicyDocument, numbers: Mapping[str, Number]) -> str:
    """Say what there is where the path goes astray."""
    parts = path.split(".")
    if "identity" in parts[:-1]:
        identity = parts[parts.index("identity") + 1]
        if row := document.identity_rows.get(identity):
            return f"{LABELS[row]}的那一行（{identity} 与它相同），如 identity.{row}"
    for length in range(len(parts), -1, -1):
        stem = ".".join(parts[:length])
        below = _below(stem, numbers)
        if below:
            return f"{stem + ' 下的 ' if stem else ''}{'、'.join(below)}"
    return "政策里有的路径"


def _below(stem: str, paths: Iterable[str]) -> list[str]:
    start = f"{stem}." if stem else ""
    return list(dict.fromkeys(p[len(start) :].split(".")[0] for p in paths if p.startswith(start)))
