from django.apps import AppConfig


class StatsyncConfig(AppConfig):
    name = "statsync"
