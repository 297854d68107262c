from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from voicecraft import health
from voices.views import landing

urlpatterns = [
    path("", landing.home, name="home"),
    path("try/", landing.try_sentence, name="try"),
    path("try/<uuid:ticket>.mp3", landing.try_audio, name="try-audio"),
    path("", include("voices.urls")),
    path("billing/", include("billing.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("health", health.health, name="health"),
    path("health/live", health.live, name="health_live"),
]
if settings.DEBUG:
    urlpatterns += [path("dev/", include("voicecraft.dev.urls"))]
