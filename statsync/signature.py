"""The check of X-Twilio-Signature on callbacks that come in."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def is_valid(
    signature: str, auth_token: str, url: str, form: Mapping[str, str]
) -> bool:
    """Whether the holder of the token signed this address and this form."""
    text = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode())
