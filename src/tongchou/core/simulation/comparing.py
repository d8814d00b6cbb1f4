"""One policy and its reforms on the same year: what each fund pays, who gains and who loses.

How people and hospitals behave is held fixed: the same bills, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from tongchou.core.policy.batch import compiler
from tongchou.core.simulation.columns import Book, Part
from tongchou.core.simulation.kernel import BILLS, BLOCK, PERSONS, comparer
from tongchou.core.simulation.tables import Policy, Tables, tables_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

EXAMPLES = 3  # person-years kept of those who gain most, and of those who lose most
# Bounds of the classes of person-years by how much the person pays less or more, fen.
CLASSES = (20_000, 50_000, 100_000, 150_000)


class Example(NamedTuple):
    """A person-year of policy `policy` whose funds pay `change` fen more than under policy 0."""

    policy: int
    change: int
    person: int
    group: int


@dataclass(slots=True)
class Sums:
    """Fen and counts; the first axis is the policy, 0 is what the others are compared with."""

    by_kind: Ints  # policies, kinds, tiers
    by_cell: Ints  # policies, cells, tiers
    by_group: Ints  # policies, groups, tiers
    bills: Ints  # policies, cells, BILLS
    persons: Ints  # policies, groups, PERSONS
    taken: Ints  # policies, kinds: what the deductibles took
    classes: Ints  # policies, less or more, classes: of 0, up to each bound, above the last
    claims_of_kind: Ints  # kinds
    claims_of_cell: Ints  # cells
    years_of_group: Ints  # groups

    @classmethod
    def empty(cls, book: Book, tables: Tables, policies: int) -> Sums:
        import numpy as np

        kinds, cells, groups = len(book.kinds), len(book.cells.rows), len(book.groups.rows)
        tiers = len(tables.tiers)

        def zeros(*shape: int) -> Ints:
            return np.zeros(shape, np.int64)

        return cls(
            zeros(policies, kinds, tiers), zeros(policies, cells, tiers),
            zeros(policies, groups, tiers), zeros(policies, cells, len(BILLS)),
            zeros(policies, groups, len(PERSONS)), zeros(policies, kinds),
            zeros(policies, 2, len(CLASSES) + 2),
            zeros(kinds), zeros(cells), zeros(groups),
        )  # fmt: skip

    def add(self, other: Sums) -> None:
        for field in fields(self):
            mine: Ints = getattr(self, field.name)
            mine += getattr(other, field.name)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer: sums by every number of the book's tables, and examples to open."""

    book: Book
    tiers: tuple[str, ...]
    policies: int
    sums: Sums
    examples: tuple[Example, ...]

    @property
    def claims(self) -> int:
        return int(self.sums.claims_of_kind.sum())

    @property
    def years(self) -> int:
        return int(self.sums.years_of_group.sum())


Source = Callable[[], Part]


def compare(
    sources: Iterable[Source],
    book: Book,
    policies: Sequence[Policy],
    *,
    threads: int = 1,
    done: Callable[[int], None] = lambda _claims: None,
) -> Comparison:
    """Fold every part under each policy. A source loads its part in the thread that folds it.

    `done` hears how many claims a finished part had. Raises ClaimRefused before anything is
    folded, and whatever a source raises; nothing is answered then.
    """
    tables = tables_of(policies, book.kinds)
    run = comparer(len(tables.tiers), tables.width, *compiler())
    ready: SimpleQueue[Sums] = SimpleQueue()

    def fold(source: Source) -> list[Example]:
        part = source()
        try:
            sums = ready.get_nowait()
        except Empty:
            sums = Sums.empty(book, tables, len(policies))
        examples = _fold(run, tables, len(policies), part, sums)
        ready.put(sums)
        done(part.claims)
        return examples

    if threads == 1:
        found = [one for source in sources for one in fold(source)]
    else:
        with ThreadPoolExecutor(threads) as pool:
            found = [one for examples in pool.map(fold, sources) for one in examples]
    whole = Sums.empty(book, tables, len(policies))
    while not ready.empty():
        whole.add(ready.get())
    return Comparison(book, tables.tiers, len(policies), whole, _best(found, len(policies)))


def together(parts: Sequence[Comparison]) -> Comparison:
    """Return the comparison of what several workers compared of one year; at least one."""
    first = parts[0]
    for other in parts[1:]:
        first.sums.add(other.sums)
    found = [one for part in parts for one in part.examples]
    return replace(first, examples=_best(found, first.policies))


def _fold(
    run: Callable[..., Any], tables: Tables, policies: int, part: Part, sums: Sums
) -> list[Example]:
    import numpy as np

    years, tiers = part.persons, len(tables.tiers)
    change = np.zeros(policies * years, np.int64)
    into = (sums.by_kind, sums.by_cell, sums.by_group, sums.bills, sums.persons)
    sizes = (
        policies,
        sums.by_kind.shape[1],
        sums.by_cell.shape[1],
        sums.by_group.shape[1],
    )
    scratch = (2 * tiers, tiers, BLOCK, _most_claims_of_a_block(part.start))
    beginnings = part.beginnings(tables.tiers)
    if compiler():
        table = [np.array(column, np.int64) for column in (*tables.columns, tables.kind_rows)]
        room = [np.zeros(size, np.int64) for size in scratch]
        flat = [array.reshape(-1) for array in into]
        answers = (*flat, change, sums.taken.reshape(-1))
        run(*table, *sizes, *part[:5], *beginnings, *room, *answers, 0, years)
    else:
        columns = [array.tolist() for array in (*part[:5], *beginnings)]
        outcome = [array.reshape(-1).tolist() for array in (*into, change, sums.taken)]
        lists = [[0] * size for size in scratch]
        run(*tables.columns, tables.kind_rows, *sizes, *columns, *lists, *outcome, 0, years)
        for array, values in zip((*into, change, sums.taken), outcome, strict=True):
            array.reshape(-1)[:] = values
    sums.claims_of_kind += np.bincount(part.kind, minlength=len(sums.claims_of_kind))
    sums.claims_of_cell += np.bincount(part.cell, minlength=len(sums.claims_of_cell))
    sums.years_of_group += np.bincount(part.group, minlength=len(sums.years_of_group))
    changes = change.reshape(policies, years)
    _classify(changes, sums.classes)
    return _examples(changes, part)


def _classify(changes: Ints, classes: Ints) -> None:
    """Count the person-years that moved by how far; those that did not are the rest."""
    import numpy as np

    bounds = np.array((0, *CLASSES), np.int64)
    many = classes.shape[2]
    for policy in range(1, len(changes)):
        moved = changes[policy][changes[policy] != 0]
        for side, fen in enumerate((moved[moved > 0], -moved[moved < 0])):
            at = np.searchsorted(bounds, fen, side="left")
            classes[policy, side] += np.bincount(at, minlength=many)


def _most_claims_of_a_block(start: NDArray[np.int64]) -> int:
    import numpy as np

    blocks = np.arange(0, len(start) - 1 + BLOCK, BLOCK).clip(max=len(start) - 1)
    return int(np.diff(start[blocks]).max(initial=0))


def _examples(change: Ints, part: Part) -> list[Example]:
    import numpy as np

    found = []
    for policy in range(1, len(change)):
        moved = change[policy]
        many = min(EXAMPLES, len(moved))
        if not many:
            continue
        ends = np.argpartition(moved, (many - 1, len(moved) - many))
        for at in {*ends[:many].tolist(), *ends[-many:].tolist()}:
            if moved[at]:
                found.append(
                    Example(policy, int(moved[at]), int(part.person[at]), int(part.group[at]))
                )
    return found


def _best(found: list[Example], policies: int) -> tuple[Example, ...]:
    kept: list[Example] = []
    for policy in range(1, policies):
        ordered = sorted(
            (e for e in found if e.policy == policy), key=lambda e: (-e.change, e.person)
        )
        gain = [e for e in ordered if e.change > 0][:EXAMPLES]
        lose = [e for e in ordered if e.change < 0][-EXAMPLES:]
        kept += [*gain, *lose]
    return tuple(kept)
