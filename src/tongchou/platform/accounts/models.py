"""People who sign in. One post each; what a post may do is in `authority.roles`."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongchou.platform.authority.models import Organisation
from tongchou.platform.authority.roles import RIGHTS, ROLES


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        # Every page asks for the user's area or institution.
        return super().get_queryset().select_related("organisation")

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(login=username)


class User(AbstractBaseUser):
    login = models.CharField(_("登录名"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=50)
    role = models.CharField(_("岗位"), max_length=12, choices=list(ROLES.items()))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="users")
    is_active = models.BooleanField(_("启用"), default=True)
    failures = models.PositiveSmallIntegerField(_("连续失败次数"), default=0)
    locked_until = models.DateTimeField(_("锁定至"), null=True, blank=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("用户")
        constraints = [
            models.CheckConstraint(name="user_role_known", condition=models.Q(role__in=list(ROLES)))
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, right: str) -> bool:
        """Say whether this user's post holds `right`."""
        return self.is_active and right in RIGHTS[self.role]

    @property
    def area_code(self) -> str:
        return self.organisation.area_id

    @property
    def institution_code(self) -> str | None:
        """The institution whose rows alone this user may see, or None for the bureau's people."""
        org = self.organisation
        return org.code if org.kind == Organisation.Kind.INSTITUTION else None

    @property
    def of_bureau(self) -> bool:
        """Whether this is one of the bureau's own people, who share its open work."""
        return self.organisation.kind == Organisation.Kind.BUREAU

    @property
    def town(self) -> str | None:
        """The town whose cases alone this user may see, or None for the bureau's people."""
        org = self.organisation
        return org.name if org.kind == Organisation.Kind.TOWN else None
