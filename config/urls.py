from django.urls import include, path

urlpatterns = [
    path("", include("statsync.urls")),
    path("", include("dashboard.urls")),
]
