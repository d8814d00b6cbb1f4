"""Field types that say their unit."""

from typing import Any

from django.db import models


class FenField(models.BigIntegerField):  # type: ignore[type-arg]
    """Money in fen. Decimals lose fen in SQLite aggregates, integers do not."""

    description = "money in fen"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", 0)
        super().__init__(*args, **kwargs)


class RateField(models.IntegerField):  # type: ignore[type-arg]
    """A share in ten-thousandths: 6000 is 60%."""

    description = "share in ten-thousandths"
