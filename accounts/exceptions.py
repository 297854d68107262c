"""What can go wrong with an account, in words that its owner can act on."""


class UnusablePicture(Exception):
    """The upload cannot become a picture; the message says what to do."""
