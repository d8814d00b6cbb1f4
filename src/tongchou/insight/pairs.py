"""One bill priced twice: its layers beside each other."""

from dataclasses import dataclass

from tongchou.settlement.priced import Priced
from tongchou.settlement.staircase import staircase
from tongchou.settlement.steps import Layer


@dataclass(frozen=True, slots=True)
class Pair:
    """One layer of a bill before and after."""

    before: Layer
    after: Layer

    @property
    def change(self) -> int:
        return self.after.pay - self.before.pay

    @property
    def new_doubts(self) -> list[str]:
        """What is assumed only afterwards."""
        return [doubt for doubt in self.after.doubts if doubt not in self.before.doubts]


def pairs_of(before: Priced, after: Priced) -> list[Pair]:
    """Return the layers that both have, in order; the total is the same and is left out."""
    now = {layer.key: layer for layer in staircase(after)}
    layers = [layer for layer in staircase(before) if layer.key != "total" and layer.key in now]
    return [Pair(layer, now[layer.key]) for layer in layers]
