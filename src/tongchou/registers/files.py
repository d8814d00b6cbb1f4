"""Registers in use, as core.registers takes them. None of these reads checks a user's right."""

from collections.abc import Sequence

from tongchou.core.lists import Received, Sent
from tongchou.core.registers.entries import RegisterList, read_register
from tongchou.core.registers.pack import (
    InstitutionRules,
    PopulationRules,
    institution_rules,
    population_rules,
)
from tongchou.core.registers.population import Population, open_population
from tongchou.registers.models import INSTITUTIONS, RegisterFile, Run

State, Register = RegisterFile.State, RegisterFile.Register
OF_KIND = {"institutions": ("health", "market"), "population": ("population",)}


def rules_of(kind: str) -> InstitutionRules | PopulationRules:
    return institution_rules() if kind == INSTITUTIONS else population_rules()


def kind_of(register: str) -> str:
    return next(kind for kind, registers in OF_KIND.items() if register in registers)


def in_use(area: str, kind: str, month: str) -> list[RegisterFile]:
    """Return the accepted registers of a month, by register."""
    rows = RegisterFile.objects.filter(
        area=area, month=month, register__in=OF_KIND[kind], state=State.ACCEPTED
    )
    return list(rows.order_by("register"))


def read(file: RegisterFile) -> RegisterList:
    return read_register(institution_rules(), file.register, file.name, bytes(file.content))


def open_file(file: RegisterFile) -> Population:
    return open_population(population_rules(), file.name, bytes(file.content))


def before(area: str, kind: str, month: str) -> tuple[list[Received], list[Sent]]:
    """Return the registers used in earlier months, oldest first, and what is due monthly."""
    rows = (
        RegisterFile.objects.filter(
            area=area, register__in=OF_KIND[kind], month__lt=month, state=State.ACCEPTED
        )
        .defer("content")
        .order_by("month", "register")
    )
    earlier = [Received(**{**row.kept, "headings": tuple(row.kept["headings"])}) for row in rows]
    return earlier, [Sent(row.register, row.month, row.sha256) for row in rows]


def released(files: Sequence[RegisterFile]) -> frozenset[str]:
    """Return the registers that a named person let pass."""
    return frozenset(f.register for f in files if any(g["block"] for g in f.gates))


def seen_already(area: str, kind: str, files: Sequence[RegisterFile]) -> frozenset[str]:
    """Return the registers that cases were issued on already: the same file clears nobody."""
    issued = Run.objects.filter(area=area, kind=kind, state=Run.State.ISSUED)
    used = {tuple(one) for run in issued.only("files") for one in run.files}
    return frozenset(f.register for f in files if (f.register, f.sha256) in used)
