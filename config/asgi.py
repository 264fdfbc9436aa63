"""The dashboard's ASGI application: pages, callbacks and the live socket."""

import os
import warnings

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# WhiteNoise hands over files as iterators of blocks; ours are small and may be read whole.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous")
pages = get_asgi_application()

from dashboard.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {"http": pages, "websocket": URLRouter(websocket_urlpatterns)}
)
