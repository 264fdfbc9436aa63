"""The other side of P5: a REST framework view that inserts one row, on SQLite."""

import sys
from pathlib import Path

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []


def main(port: int, folder: str) -> None:
    import django
    from django.conf import settings

    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=sys.modules[__name__],
        USE_TZ=True,
        INSTALLED_APPS=["rest_framework"],
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": [],
            "DEFAULT_PERMISSION_CLASSES": [],
            "UNAUTHENTICATED_USER": None,
        },
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(folder) / "plain.sqlite3",
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "init_command": (
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                    ),
                },
            }
        },
    )
    django.setup()
    serve(port)


def serve(port: int) -> None:
    import uvicorn
    from django.core.asgi import get_asgi_application
    from django.db import connection, models
    from django.urls import path
    from rest_framework import serializers  # type: ignore[import-untyped]
    from rest_framework.generics import CreateAPIView  # type: ignore[import-untyped]

    class Row(models.Model):
        Attributes = models.TextField()
        Priority = models.IntegerField()
        made = models.DateTimeField(auto_now_add=True)

        class Meta:
            app_label = "plain"

        def __str__(self) -> str:
            return f"row {self.pk}"

    class RowSerializer(serializers.ModelSerializer):  # type: ignore[misc]
        class Meta:
            model = Row
            fields = ("id", "Attributes", "Priority", "made")

    class Rows(CreateAPIView):  # type: ignore[misc]
        serializer_class = RowSerializer
        queryset = Row._default_manager.all()

    with connection.schema_editor() as editor:
        editor.create_model(Row)
    urlpatterns.append(path("rows", Rows.as_view()))
    uvicorn.run(get_asgi_application(), port=port, log_level="warning", lifespan="off")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
