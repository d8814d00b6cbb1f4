"""The audit trail: who did what to which object, in chains that show any tampering (P13).

A row's `digest` covers its own content; its `hash` is sha256(previous hash || digest) within one
of `SLICES` chains, so that concurrent acts do not queue behind a single head.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

SLICES = 16


class ChainHead(models.Model):
    slice = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)


class Act(models.Model):
    slice = models.SmallIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(_("时间"))
    actor = models.CharField(_("办理人"), max_length=60)
    verb = models.CharField(_("事项"), max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=60)
    area = models.CharField(max_length=6)
    data = models.TextField(_("内容"))  # canonical JSON, kept as the text that was hashed
    digest = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("留痕")
        constraints = [models.UniqueConstraint(fields=["slice", "seq"], name="act_slice_seq")]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="act_object"),
            models.Index(fields=["at"], name="act_at"),
        ]
