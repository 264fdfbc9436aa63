from django.urls import path

from dashboard.views.history import history, history_csv

urlpatterns = [
    path("history/", history, name="history"),
    path("history.csv", history_csv, name="history_csv"),
]
