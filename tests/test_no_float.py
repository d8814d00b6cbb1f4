"""No float and no naive time where money is reckoned (P22), read from the syntax trees.

True division makes a float of two integers; `round` rounds half to even. What measures time or
draws a picture is no money: those few places are named here, and a place that has become clean must
leave the list.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tongchou

SOURCE = Path(tongchou.__file__).parent
MONEY = ("core", "funds", "settlement", "exchange", "catalogue", "plans", "platform/db",
         "platform/numbering", "demo/money.py", "demo/history.py")  # fmt: skip
# file -> names it may use, and why
NOT_MONEY = {
    "core/matching/days.py": {"float"},  # a cell, as Excel keeps numbers
    "core/matching/numbers.py": {"float"},  # the same
    "core/policy/bench.py": {"float", "division"},  # paces of a measurement
    "core/registers/codes.py": {"float"},  # the same
    "core/sheets/grids.py": {"float"},  # the same
    "core/sheets/headings.py": {"float"},  # the same
    "exchange/gate.py": {"float"},  # seconds of a monotonic clock
    "exchange/monitor.py": {"division", "round"},  # milliseconds to an answer
    "exchange/message_log.py": {"float"},  # seconds between two writes
}
CLOCK = "platform/clock.py"
READS_THE_CLOCK = {
    "datetime.now", "datetime.today", "date.today", "timezone.now", "time.time",
    "datetime.datetime.now", "datetime.datetime.today", "datetime.date.today",
}  # fmt: skip
NAIVE = {"utcnow", "utcfromtimestamp"}
LOCAL = {"timezone.localdate", "timezone.localtime"}  # of now, when they are given no moment
FLOAT_FUNCTIONS = {"float", "round", "fsum", "sqrt"}


def sources(*places: str) -> Iterator[tuple[str, ast.Module]]:
    for place in places:
        root = SOURCE / place
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            if "tests" not in path.parts and "migrations" not in path.parts:
                yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))


def floats(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, what) of everything that is or makes a float."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, "float"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            if not is_path(node):
                yield node.lineno, "division"
        elif isinstance(node, ast.Name) and node.id in FLOAT_FUNCTIONS:
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and node.attr in FLOAT_FUNCTIONS | {"FloatField"}:
            yield node.lineno, node.attr


def is_path(node: ast.BinOp | ast.AugAssign) -> bool:
    """Say whether the slash joins a path: one side is a text."""
    sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.value]
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        or (isinstance(side, ast.BinOp) and isinstance(side.op, ast.Div) and is_path(side))
        for side in sides
    )


def test_no_float_where_money_is_reckoned() -> None:
    found: dict[str, set[tuple[int, str]]] = {}
    for name, tree in sources(*MONEY):
        allowed = NOT_MONEY.get(name, set())
        if rest := {(line, what) for line, what in floats(tree) if what not in allowed}:
            found[name] = rest
    assert found == {}


@pytest.mark.parametrize("name", NOT_MONEY)
def test_what_is_let_through_is_there(name: str) -> None:
    ((_name, tree),) = sources(name)
    assert {what for _line, what in floats(tree)} == NOT_MONEY[name]


def clocks(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, what) of every reading of the machine's clock or time without a zone."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given_a_zone = {
        part
        for call in calls
        if ast.unparse(call.func).endswith("make_aware")
        for part in call.args
    }
    for node in calls:
        called = ast.unparse(node.func)
        last = called.rpartition(".")[2]
        if called in READS_THE_CLOCK or last in NAIVE or (called in LOCAL and not node.args):
            yield node.lineno, called
        # A moment made of numbers says its zone or is given one; so is a moment read from a stamp.
        has_zone = zoned(node, 8) or node in given_a_zone
        if called in ("datetime", "datetime.datetime") and not has_zone:
            yield node.lineno, called
        if last == "fromtimestamp" and not zoned(node, 2):
            yield node.lineno, called


def zoned(call: ast.Call, place: int) -> bool:
    return len(call.args) >= place or any(
        word.arg in ("tzinfo", "tz", None) for word in call.keywords
    )


def test_one_place_reads_the_clock_and_every_moment_has_its_zone() -> None:
    found = {
        (name, line, what)
        for name, tree in sources(".")
        if name != CLOCK
        for line, what in clocks(tree)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("x = fen * 0.6", "float"),
        ("x = fen / 100", "division"),
        ("fen /= 2", "division"),
        ("x = round(fen)", "round"),
        ("x = float(text)", "float"),
        ("x: float = 1", "float"),
    ],
)
def test_the_reader_of_floats_reads(text: str, what: str) -> None:
    assert [found for _line, found in floats(ast.parse(text))] == [what]


@pytest.mark.parametrize("text", ["path = folder / 'a'", "x = folder / 'a' / name", "x = 7 // 2"])
def test_the_reader_of_floats_lets_pass(text: str) -> None:
    assert list(floats(ast.parse(text))) == []


@pytest.mark.parametrize(
    "text",
    ["datetime.now()", "timezone.now()", "date.today()", "datetime(2019, 1, 1)", "time.time()",
     "datetime.utcnow()", "timezone.localdate()", "datetime.fromtimestamp(1)"],
)  # fmt: skip
def test_the_reader_of_clocks_reads(text: str) -> None:
    assert len(list(clocks(ast.parse(text)))) == 1


@pytest.mark.parametrize(
    "text",
    ["clock.now()", "timezone.localdate(at)", "make_aware(datetime(2019, 1, 1))",
     "datetime(2019, 1, 1, tzinfo=UTC)", "datetime.fromtimestamp(1, tz=UTC)"],
)  # fmt: skip
def test_the_reader_of_clocks_lets_pass(text: str) -> None:
    assert list(clocks(ast.parse(text))) == []
