"""The addresses as they are with DEBUG on: tests run with it off, so the development pages are added here."""

from django.urls import include, path

from voicecraft.urls import urlpatterns as _always

urlpatterns = [*_always, path("dev/", include("voicecraft.dev.urls"))]
