"""Lists of helped people beside the register: what is found each month, by rules that are data."""

from tongchou.core.lists import (
    HELD,
    MAY_CLOSE,
    NEW,
    OPEN,
    REOPENED,
    WORDS,
    Compared,
    Finding,
    FindingClass,
    PackError,
    key_of,
)
from tongchou.core.rosters.entries import Entry, RosterList, read_list
from tongchou.core.rosters.folder import read_inputs, summary_of, write_run
from tongchou.core.rosters.month import Inputs, Run, named_by, only_named, run_month
from tongchou.core.rosters.pack import Pack, Source, load_pack
from tongchou.core.rosters.register import Register, open_register
from tongchou.core.rosters.standings import Flag, Insured, Known, Standing

__all__ = [
    "HELD",
    "MAY_CLOSE",
    "NEW",
    "OPEN",
    "REOPENED",
    "WORDS",
    "Compared",
    "Entry",
    "Finding",
    "FindingClass",
    "Flag",
    "Inputs",
    "Insured",
    "Known",
    "Pack",
    "PackError",
    "Register",
    "RosterList",
    "Run",
    "Source",
    "Standing",
    "key_of",
    "load_pack",
    "named_by",
    "only_named",
    "open_register",
    "read_inputs",
    "read_list",
    "run_month",
    "summary_of",
    "write_run",
]
