"""Is a message from the service? For those who receive its webhooks; nothing here asks or opens anything.

Signatures are those of Standard Webhooks (https://www.standardwebhooks.com), for which other languages have libraries, too.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

PREFIX = "whsec_"
TOLERANCE = 300  # seconds that the clocks, and the way, may make of a difference


class NotAuthentic(ValueError):  # noqa: N818
    """The message was not signed with the secret, or not now."""


def verify(
    secret: str, headers: Mapping[str, str], body: bytes | str, *, at: float | None = None
) -> dict[str, Any]:
    """The message in the body, when it is from the service: `type`, such as `job.done`, `timestamp`, and the job as `data`.

    `secret` is what `planner webhooks add` has printed, `body` what was received, untouched, `at` the time to hold it against
    (seconds since 1970; None = now). Raises NotAuthentic. A message may come twice: `webhook-id` is the same then.
    """
    content = body.encode() if isinstance(body, str) else body
    told = {name.lower(): value for name, value in headers.items()}
    message, stamp, signatures = (
        told.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
    )
    if not stamp.isascii() or not stamp.isdecimal() or not message:
        raise NotAuthentic("webhook-id or webhook-timestamp is missing")
    if abs((time.time() if at is None else at) - int(stamp)) > TOLERANCE:
        raise NotAuthentic("the message is too old, or a clock is wrong")
    right = signature(secret, message, int(stamp), content).encode()
    if not any(hmac.compare_digest(right, one.encode()) for one in signatures.split()):
        raise NotAuthentic("the signature is not that of the secret")
    document: dict[str, Any] = json.loads(content)
    return document


def signature(secret: str, message: str, stamp: int, body: bytes) -> str:
    """`v1,` and HMAC-SHA256 over id, time and body, in base64."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as fault:
        raise ValueError(f"a secret begins with {PREFIX} and goes on in base64") from fault
    signed = hmac.new(key, f"{message}.{stamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()
