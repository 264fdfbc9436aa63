"""Which database a model lives in: the built-in TaskRouter has its own."""

from django.db.models import Model


class TaskRouterApart:
    """Keeps the taskrouter app, and nothing else, in the database `taskrouter`."""

    def db_for_read(self, model: type[Model], **hints: object) -> str | None:
        return "taskrouter" if model._meta.app_label == "taskrouter" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return (db == "taskrouter") == (app_label == "taskrouter")
