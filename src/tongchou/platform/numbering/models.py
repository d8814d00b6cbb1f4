"""Running numbers of documents: one counter a day, taken in blocks so that no row is hot."""

from django.db import models


class NumberBlock(models.Model):
    day = models.DateField(primary_key=True)
    next = models.BigIntegerField(default=1)
