"""What views share about requests."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """For annotations: the request of a view behind `login_required`, whose user is a person."""

    user: User
    htmx: HtmxDetails
