"""The Celery application. Tasks live in the apps' tasks.py and each names its queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voicecraft.settings")

app = Celery("voicecraft")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
