"""What the doors to other systems keep: nonces, sign-ins, files, the message log, statements."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tongchou.platform.db.fields import FenField
from tongchou.providers.models import Institution


class Nonce(models.Model):
    """A nonce once used; kept as long as its timestamp could still be accepted."""

    pk = models.CompositePrimaryKey("paasid", "nonce")
    paasid = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="nonce_at")]


class SignIn(models.Model):
    """A hospital desk's working session at the gateway (9001, 9002)."""

    sign_no = models.CharField(max_length=30, primary_key=True)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    operator = models.CharField(max_length=30)
    mac = models.CharField(max_length=20, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class ExchangedFile(models.Model):
    """A file uploaded by 9101 or made for 9102."""

    number = models.CharField(max_length=30, primary_key=True)  # file_qury_no
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    at = models.DateTimeField()
    until = models.DateTimeField()


class MessageLog(models.Model):
    """One row for each message, for the monitor. Accepted writes are proved by their answers."""

    class Outcome(models.TextChoices):
        OK = "ok", _("成功")
        RESENT = "resent", _("重发")
        REFUSED = "refused", _("拒绝")
        DENIED = "denied", _("签名不符")
        FAILED = "failed", _("出错")

    at = models.DateTimeField(_("时间"))
    infno = models.CharField(_("交易"), max_length=6)
    msgid = models.CharField(_("报文号"), max_length=40, blank=True)
    institution_id = models.BigIntegerField(null=True)
    micros = models.BigIntegerField(_("耗时"))  # microseconds to the answer
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    amount = models.BigIntegerField(_("总费用"), null=True)  # fen
    psn_no = models.CharField(max_length=30, blank=True)
    settlement_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="message_at"),
            models.Index(fields=["institution_id", "at"], name="message_institution"),
            models.Index(fields=["msgid"], name="message_msgid"),
        ]


class Statement(models.Model):
    """One reconciliation with one institution: totals (3201) or detail (3202)."""

    class Kind(models.TextChoices):
        TOTAL = "total", _("总账")
        DETAIL = "detail", _("明细账")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    at = models.DateTimeField(_("对账时间"))
    begun_on = models.DateField(_("从"))
    ended_on = models.DateField(_("到"))
    insutype = models.CharField(max_length=6, blank=True)
    clr_type = models.CharField(max_length=6, blank=True)
    claimed_total = FenField(_("机构总费用"))
    claimed_fund = FenField(_("机构基金支付"))
    claimed_account = FenField(_("机构个人账户"))
    claimed_count = models.IntegerField(_("机构笔数"))
    our_total = FenField(_("本地总费用"))
    our_fund = FenField(_("本地基金支付"))
    our_account = FenField(_("本地个人账户"))
    our_count = models.IntegerField(_("本地笔数"))
    equal = models.BooleanField(_("相符"))
    differences = models.JSONField(default=list)  # the first of them; the result file has all
    by_kind = models.JSONField(default=list)  # of all: comparing.Sum
    result_file = models.ForeignKey(ExchangedFile, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["institution", "at"], name="statement_institution")]

    @property
    def total_difference(self) -> int:
        """Theirs less ours, fen."""
        difference: int = self.claimed_total - self.our_total
        return difference
