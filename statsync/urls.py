from django.urls import path

from statsync.inbox import receive

urlpatterns = [path("callbacks/<workspace_sid>/events", receive, name="callback")]
