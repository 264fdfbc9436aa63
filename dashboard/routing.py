from channels.auth import AuthMiddlewareStack
from django.urls import path, re_path

from dashboard.consumers import LiveConsumer, nowhere

websocket_urlpatterns = [
    path("live/", AuthMiddlewareStack(LiveConsumer.as_asgi())),
    re_path("", nowhere),  # type: ignore[arg-type]
]
