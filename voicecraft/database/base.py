from typing import Any

from django.db.backends.postgresql import base

from voicecraft.slow_queries import watch


class DatabaseWrapper(base.DatabaseWrapper):
    """In web processes, workers and commands alike, as each makes its connections here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(watch)
