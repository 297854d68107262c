"""The Celery application. Tasks live in the apps' tasks.py and each names its queue."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun, worker_process_init
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "voicecraft.settings")

app = Celery("voicecraft")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add("voicecraft.heartbeat:Heartbeat")


@worker_process_init.connect
def warm_up(**_: Any) -> None:
    """Load the engines of VOICECRAFT_WARM_ENGINES before the first segment comes, so that it need not wait.

    One that cannot be loaded says so when it is used; the worker starts all the same.
    """
    from django.conf import settings

    from voices.engines import registry  # the apps are ready by now, not when this module is imported

    for key in settings.VOICECRAFT_WARM_ENGINES:
        try:
            registry.get_engine(key).warm_up()
        except Exception:
            logging.getLogger(__name__).exception("the engine %s could not be loaded", key)


@task_prerun.connect
def keep_good_connections(**_: Any) -> None:
    """As before a web request: a connection to the database stays, unless it is too old or was lost."""
    close_old_connections()
