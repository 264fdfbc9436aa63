import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.road import Road


def signed_in(**more: bool) -> Client:
    user = User.objects.create_user(
        "roth" if more else "kim", password="long enough 1", **more
    )
    client = Client()
    client.force_login(
        user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def admin(db) -> Client:
    return signed_in(is_staff=True)


@pytest.fixture
def supervisor(db) -> Client:
    return signed_in()


@pytest.fixture
def shift(road: Road) -> Road:
    """A workspace with a queue, a workflow and Ann, read once."""
    road.billing = road.queue("Billing")
    road.inbound = road.workflow({"queue": road.billing})
    road.ann = road.worker("Ann", voice=1)
    road.settle()
    return road
