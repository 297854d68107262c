"""What can go wrong with projects, in the user's words."""


class ProjectsError(Exception):
    """An expected refusal; its message is for the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)


class NotAllowedNow(ProjectsError):
    """The project's state does not allow this act."""
