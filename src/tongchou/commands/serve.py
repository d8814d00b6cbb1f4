"""`tongchou serve`: the pages and the gateway, for use."""

from __future__ import annotations

import os
import sys

import click


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="网页和接口的端口",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="进程数，默认每个处理器核一个；用 SQLite 时总是一个",
)
@click.option("--no-work", is_flag=True, help="不带后台作业进程（另用 tongchou manage work）")
def serve(host: str, port: int, workers: int | None, no_work: bool) -> None:
    """启动服务。须设 TONGCHOU_SECRET_KEY；数据库由 TONGCHOU_DATABASE_URL 指定。"""
    if not os.environ.get("TONGCHOU_SECRET_KEY"):
        raise click.ClickException(
            "没有设 TONGCHOU_SECRET_KEY，不能启动。请设为至少 50 个随机字符，并妥善保存"
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tongchou.platform import server

    if _schema_is_behind():
        raise click.ClickException("数据库的表结构不是本版本的，请先运行 tongchou manage migrate")
    if not server.port_is_free(port, host):
        raise click.ClickException(f"{host} 的端口 {port} 不能使用，请换一个（--port）")
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    click.echo(f"统筹：http://{host}:{port}", err=True)
    sys.exit(server.supervise(host=host, port=port, workers=workers, work=not no_work))


def _schema_is_behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
