"""Changing single numbers inside a policy's text, so that its comments and order stay.

The text is YAML; a number is a mapping `{value or change, clause and words, or assumed}` at its
path. Only the characters of that mapping are replaced.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import yaml
from django.utils.translation import gettext as _

from tongchou.plans.readiness import UNSUPPORTED
from tongchou.platform.refusal import Refused

_RELATIVE = re.compile(r"下调|降低|提高|取消")
_PLAIN_RATE = re.compile(r"\d{1,3}(\.\d{1,2})?%?", re.ASCII)
_PLAIN_MONEY = re.compile(r"\d+(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quotation:
    """The number stands in a document: its title, the clause, the quoted words."""

    document: str
    clause: str
    words: str


@dataclass(frozen=True, slots=True)
class Assumption:
    reason: str


Evidence = Quotation | Assumption | None  # None: not yet, so it cannot be sent for checking


def set_number(document: str, *, path: str, kind: str, value: str, evidence: Evidence) -> str:
    """Return the text with another number at `path`, resting on `evidence`.

    `kind` is the engine's (money, rate, switch). `value` is yuan, percent, 不设 or a relative
    wording such as 下调80%. Raises Refused with field `path` or `value`.
    """
    parts = [_value(value, kind)]
    if isinstance(evidence, Quotation):
        document, clause = _with_clause(document, evidence)
        parts += [f"clause: {_quoted(clause)}", f"words: {_quoted(evidence.words)}"]
    else:
        reason = evidence.reason if evidence else UNSUPPORTED
        parts.append(f"assumed: {_quoted(reason)}")
    return _replaced(document, _find(document, path.split(".")), f"{{{', '.join(parts)}}}")


def set_heading(document: str, *, title: str, valid_from: date) -> str:
    """Return the text under another title, to begin on another day."""
    document = _replaced(document, _find(document, ["title"]), _quoted(title))
    return _replaced(document, _find(document, ["valid_from"]), valid_from.isoformat())


def _value(value: str, kind: str) -> str:
    value = value.strip().replace(",", "").replace("，", "").replace("％", "%")
    if _RELATIVE.match(value):
        return f"change: {_quoted(value)}"
    if kind == "rate":
        if not _PLAIN_RATE.fullmatch(value):
            raise Refused(_("“%(text)s”不是比例。请写 62 或 62%%") % {"text": value}, field="value")
        return f"value: {_quoted(value.rstrip('%') + '%')}"
    if kind == "money" and value != "不设":
        if not _PLAIN_MONEY.fullmatch(value):
            raise Refused(
                _("“%(text)s”不是金额。请写元，如 700.00；没有限额写 不设") % {"text": value},
                field="value",
            )
        yuan, _point, rest = value.partition(".")
        value = f"{yuan}.{rest:0<2}"
    return f"value: {_quoted(value)}"


def _with_clause(document: str, quotation: Quotation) -> tuple[str, str]:
    """Return the text in which the quoted clause is listed, and the clause's name in it."""
    data = yaml.safe_load(document)
    titles = {str(node["title"]): name for name, node in data["documents"].items()}
    source = titles.get(quotation.document)
    if source is None:
        source = _free_name("document", data["documents"])
        entry = f"{source}: {{title: {_quoted(quotation.document)}}}"
        document = _appended(document, "documents", entry)
    for name, node in data["clauses"].items():
        same = (node["document"], str(node["clause"])) == (source, quotation.clause)
        if same and quotation.words in node["words"]:
            return document, name
    name = _free_name("clause", data["clauses"])
    ground = f"clause: {_quoted(quotation.clause)}, words: {_quoted(quotation.words)}"
    return _appended(document, "clauses", f"{name}: {{document: {source}, {ground}}}"), name


def _free_name(stem: str, taken: Iterable[str]) -> str:
    known = set(taken)
    return next(name for n in range(1, len(known) + 2) if (name := f"{stem}-{n}") not in known)


def _appended(document: str, section: str, entry: str) -> str:
    node = _find(document, [section])
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        raise Refused(
            _("%(name)s 不是逐行写的：请在全文里补条款") % {"name": section}, field="path"
        )
    at = _end(document, node)
    at = document.find("\n", at) if "\n" in document[at:] else len(document)
    indent = " " * node.start_mark.column
    return f"{document[:at]}\n{indent}{entry}{document[at:]}"


def _find(document: str, path: list[str]) -> yaml.Node:
    node: yaml.Node | None = yaml.compose(document, Loader=yaml.SafeLoader)
    for part in path:
        if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
        elif isinstance(node, yaml.MappingNode):
            node = next((v for k, v in node.value if k.value == part), None)
        else:
            node = None
        if node is None:
            where = ".".join(path)
            raise Refused(
                _("文本里没有单独写 %(where)s：请在全文里改") % {"where": where}, field="path"
            )
    assert node is not None
    return node


def _end(document: str, node: yaml.Node) -> int:
    """Return where the node's own text ends; a block's end mark lies behind its comments."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(document, last[1] if isinstance(last, tuple) else last)
    end = int(node.end_mark.index)
    folded = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return len(document[:end].rstrip()) if folded else end


def _replaced(document: str, node: yaml.Node, text: str) -> str:
    return document[: node.start_mark.index] + text + document[_end(document, node) :]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
