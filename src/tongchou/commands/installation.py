"""Commands on an installation's own database: settings loaded, the area chosen."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tongchou.commands.stopping import stop

folder_option = click.option(
    "--dir", "folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="这个安装的文件夹（同 tongchou demo 的 --dir）；默认由 TONGCHOU_DIR 指定。",
)  # fmt: skip


def use_installation(folder: Path | None = None) -> None:
    """Load the settings of the installation in `folder`, or that the environment names."""
    if folder is not None:
        os.environ["TONGCHOU_DIR"] = str(folder.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    import django

    django.setup()


def area_named(area: str | None) -> str:
    """Return the area asked for, or the only one that has people. Exits with 2.

    Another may be there as the pool of others, with policies and books and nobody of its own.
    """
    from tongchou.people.models import Person
    from tongchou.platform.authority.models import Area

    known = list(Area.objects.order_by("code").values_list("code", flat=True))
    if area in known:
        return str(area)
    peopled = [one for one in known if Person.objects.filter(area=one).exists()]
    if area is None and len(peopled or known) == 1:
        return str((peopled or known)[0])
    stop(f"--area: 请写明统筹区，有的是：{'、'.join(known) or '还没有'}")
