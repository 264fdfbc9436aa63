from django.urls import include, path

from dashboard.views.agents import agents
from dashboard.views.jump import jump
from dashboard.views.overview import overview
from dashboard.views.queues import queues

urlpatterns = [
    path("", overview, name="overview"),
    path("queues/", queues, name="queues"),
    path("agents/", agents, name="agents"),
    path("jump/", jump, name="jump"),
    path("", include("dashboard.urls_manage")),
    path("", include("dashboard.urls_history")),
]
