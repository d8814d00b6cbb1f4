"""A city's year of settlements straight into the lake, as an export would have left it."""

from tongchou.demo.cityyear.building import Built, Refused, build

__all__ = ["Built", "Refused", "build"]
