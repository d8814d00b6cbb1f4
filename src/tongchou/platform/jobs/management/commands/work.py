"""`tongchou manage work`: do the long work that pages ask for and that is due at night."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from tongchou.platform.jobs.worker import run_forever


class Command(BaseCommand):
    help = "做后台作业：导出、整年重算等。与服务一起长期运行，以 Ctrl-C 或 TERM 停止。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        run_forever(stop)
