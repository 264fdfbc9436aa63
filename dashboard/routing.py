from channels.auth import AuthMiddlewareStack
from django.urls import path

from dashboard.consumers import LiveConsumer

websocket_urlpatterns = [path("live/", AuthMiddlewareStack(LiveConsumer.as_asgi()))]
