"""Signs what is posted to a webhook, so that its receiver knows that it is ours, whole and fresh."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

PREFIX = "whsec_"


def signed(key: str, message_id: str, moment: datetime, body: bytes) -> Mapping[str, str]:
    """The headers that "Standard Webhooks" asks for: id, timestamp (seconds), and HMAC-SHA256 of both and the body.

    A key that begins with whsec_ is base64 behind that, as the specification has it; any other is taken as it is.
    """
    timestamp = str(int(moment.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(_key(key), content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode("ascii"),
    }


def _key(text: str) -> bytes:
    if text.startswith(PREFIX):
        try:
            return base64.b64decode(text.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            return text.encode()
    return text.encode()
