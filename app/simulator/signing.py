"""The signature on a webhook, written from the protocol so that the app's check meets a second opinion."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit


def signature(auth_token: str, url: str, params: Mapping[str, str]) -> str:
    """Base64 HMAC-SHA1 over the signed URL followed by every name and value in byte order of the names."""
    names = sorted(params, key=lambda name: name.encode())
    signed = signed_url(url) + "".join(name + params[name] for name in names)
    digest = hmac.new(auth_token.encode(), signed.encode("utf-8", "surrogatepass"), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()


def signed_url(url: str) -> str:
    """The URL as it is signed: an explicit port stays; user, password and fragment do not."""
    scheme, netloc, path, query, _ = urlsplit(url)
    return urlunsplit((scheme, netloc.rpartition("@")[2], path, query, ""))
