"""Every task names its queue, and every queue has a worker."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from voicecraft.celery import app
from voicecraft.local import stack

ROOT = Path(__file__).parents[2]
QUEUES = {"interactive", "bulk", "default"}


def decorated() -> dict[str, str | None]:
    """Task name -> queue, read from the source."""
    found: dict[str, str | None] = {}
    for path in ROOT.glob("*/tasks.py"):
        for node in ast.parse(path.read_text()).body:
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "shared_task":
                    queue = [keyword.value.value for keyword in call.keywords if keyword.arg == "queue"]
                    found[f"{path.parent.name}.tasks.{node.name}"] = queue[0] if queue else None
                elif getattr(call, "id", "") == "shared_task":
                    found[f"{path.parent.name}.tasks.{node.name}"] = None
    return found


def test_every_task_names_a_queue_that_exists():
    assert len(decorated()) >= 6
    assert {name: queue for name, queue in decorated().items() if queue not in QUEUES} == {}


def test_celery_knows_every_task():
    app.loader.import_default_modules()
    assert set(decorated()) == {name for name in app.tasks if not name.startswith("celery.")}


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=settings.CELERY_BEAT_SCHEDULE)
def test_what_beat_sends_exists_and_goes_to_its_queue(entry):
    assert decorated()[entry["task"]] == entry["options"]["queue"]


def test_every_queue_has_a_worker():
    source = Path(stack.__file__).read_text()
    assert {queue for queue in QUEUES if queue not in source} == set()
