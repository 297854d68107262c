"""What can go wrong in the studio, in the user's words."""


class VoicesError(Exception):
    """An expected refusal; its message is for the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = str(message)


class ScriptError(VoicesError):
    """The text cannot be spoken as it stands."""


class VoiceUnavailable(VoicesError):
    """The chosen voice cannot speak (now, here, or for this user)."""


class NotNow(VoicesError):
    """The state of the thing does not allow this act."""
