"""Secrets at rest: a text field encrypted with its own key file.

A value that no key opens raises; ciphertext is never handed out or saved again.
"""

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class WrongKey(Exception):
    """No key in TOKEN_KEYS_FILE opens what is stored."""


@cache
def keys() -> MultiFernet:
    """The keys, newest first, one per line; the first file is made at first need."""
    path = settings.TOKEN_KEYS_FILE
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(Fernet.generate_key() + b"\n")
    return MultiFernet([Fernet(line) for line in path.read_bytes().split()])


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    def get_prep_value(self, value: str) -> str:
        return keys().encrypt(value.encode()).decode()

    def from_db_value(self, value: str, *_: object) -> str:
        try:
            return keys().decrypt(value.encode()).decode()
        except InvalidToken:
            raise WrongKey(
                f"{self.name}: no key in {settings.TOKEN_KEYS_FILE.name} opens it;"
                " put the old key back as another line."
            ) from None
