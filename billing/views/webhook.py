"""Where Stripe tells us what happened."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import webhooks
from billing.exceptions import BadSignature

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Store what Stripe signed and answer 200, whatever its type; 400 for what Stripe did not sign."""
    try:
        webhooks.receive(request.body, request.headers.get("Stripe-Signature", ""))
    except BadSignature as error:
        logger.warning("a webhook was refused: %s", error)
        return HttpResponse("The signature is not valid.", status=400, content_type="text/plain")
    return HttpResponse(status=200)
