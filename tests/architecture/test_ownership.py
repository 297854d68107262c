"""What belongs to a user goes with them, and every read of it starts at for_user."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CASCADE

OURS = [model for app in ("billing", "voices", "projects") for model in apps.get_app_config(app).get_models()]
OWNED = [model for model in OURS if any(field.name == "user" for field in model._meta.fields)]
# model label -> the reason
MAY_LACK_AN_OWNER = {"billing.SubscriptionEvent": "it may be about a customer whom nobody here knows"}


def test_there_are_owned_models():
    assert len(OWNED) >= 4


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_the_owner_is_required_and_cascades(model):
    field = model._meta.get_field("user")
    assert field.related_model._meta.label == settings.AUTH_USER_MODEL
    assert field.null is (model._meta.label in MAY_LACK_AN_OWNER)
    if field.null:
        return
    assert field.remote_field.on_delete is CASCADE


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_it_is_read_through_for_user(model):
    assert callable(model._default_manager.for_user)


def test_the_reasons_are_not_stale():
    assert set(MAY_LACK_AN_OWNER) <= {model._meta.label for model in OWNED}
