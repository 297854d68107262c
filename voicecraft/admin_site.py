from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _


class StudioSite(AdminSite):
    """Django's administration; its first page shows how the studio is doing."""

    site_title = _("VoiceCraft")
    site_header = _("VoiceCraft administration")
    index_title = _("How it goes")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from voicecraft.figures import figures  # the site is made before the models are there

        return super().index(request, {"figures": figures(), **(extra_context or {})})
