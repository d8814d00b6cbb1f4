"""Lists of helped people as six agencies send them: invented, with known errors and known truth."""

from tongchou.demo.rosters.building import Built, build

__all__ = ["Built", "build"]
