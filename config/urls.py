from django.urls import include, path

urlpatterns = [
    path("", include("dashboard.urls")),
]
handler400 = "dashboard.views.broken.bad_request"
handler403 = "dashboard.views.broken.no_right"
handler404 = "dashboard.views.broken.not_found"
handler500 = "dashboard.views.broken.broken"
