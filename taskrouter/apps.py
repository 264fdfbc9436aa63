from django.apps import AppConfig


class TaskRouterConfig(AppConfig):
    name = "taskrouter"
