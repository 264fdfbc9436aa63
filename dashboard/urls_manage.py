"""Signing in, managing, connecting, trusting."""

from django.urls import path, register_converter

from dashboard.converters import ActivitySid, WorkerSid
from dashboard.views import activities, connect, signin, trust, workers

register_converter(WorkerSid, "worker")
register_converter(ActivitySid, "activity")

urlpatterns = [
    path("sign-in/", signin.SignIn.as_view(), name="sign_in"),
    path("sign-in/<token>/", signin.by_link, name="sign_in_link"),
    path("sign-out/", signin.SignOut.as_view(), name="sign_out"),
    path("password/", signin.password, name="password"),
    path("connect/", connect.connect, name="connect"),
    path("trust/", trust.show, name="trust"),
    path("manage/workers/", workers.workers, name="manage_workers"),
    path("manage/workers/new/", workers.new_worker, name="manage_worker_new"),
    path("manage/workers/<worker:sid>/", workers.worker, name="manage_worker"),
    path(
        "manage/workers/<worker:sid>/delete/",
        workers.delete_worker,
        name="manage_worker_delete",
    ),
    path(
        "manage/workers/<worker:sid>/activity/",
        workers.set_activity,
        name="worker_set_activity",
    ),
    path("manage/activities/", activities.activities, name="manage_activities"),
    path(
        "manage/activities/<activity:sid>/rename/",
        activities.rename_activity,
        name="manage_activity_rename",
    ),
    path(
        "manage/activities/<activity:sid>/delete/",
        activities.delete_activity,
        name="manage_activity_delete",
    ),
]
