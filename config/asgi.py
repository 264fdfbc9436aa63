"""The dashboard's ASGI application: pages, callbacks and the live socket."""

import os
import warnings

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# WhiteNoise hands over files as iterators of blocks; ours are small and may be read whole.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous")
pages = get_asgi_application()

from dashboard.routing import websocket_urlpatterns  # noqa: E402
from statsync import inbox  # noqa: E402

# Callbacks are many and need neither session nor page: they pass beside Django's views.
http = URLRouter([re_path(r"^callbacks/", inbox.application), re_path("", pages)])  # type: ignore[arg-type]
application = ProtocolTypeRouter(
    {"http": http, "websocket": URLRouter(websocket_urlpatterns)}
)
