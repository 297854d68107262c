"""Encryption of small secrets in the database, with a key derived from SECRET_KEY.

A key that is being retired goes to SECRET_KEY_FALLBACKS: what it encrypted can still be read.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(token: str) -> str | None:
    """The text that was encrypted, or None if no key of ours fits."""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken:
        return None


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derive(str(key))) for key in keys])


def _derive(key: str) -> bytes:
    return urlsafe_b64encode(sha256(b"voicecraft.accounts.encryption:" + key.encode()).digest())
