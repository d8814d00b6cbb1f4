import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
_pages = get_wsgi_application()

from tongchou.exchange import message_log  # noqa: E402 - needs the application set up
from tongchou.exchange.door import GatewayDoor  # noqa: E402

application = GatewayDoor(_pages)
# Only where messages are served: the log is written beside the answers.
message_log.start()
