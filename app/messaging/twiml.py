"""What we answer a webhook with."""

from functools import cache

from twilio.twiml.messaging_response import MessagingResponse

CONTENT_TYPE = "text/xml; charset=utf-8"


@cache
def nothing() -> str:
    """`<Response/>`: taken in; what there is to say goes through the outbox."""
    return str(MessagingResponse())


def text(body: str) -> str:
    """Answer by the webhook itself, for when the outbox cannot be reached (DESIGN 8)."""
    response = MessagingResponse()
    response.message(body)
    return str(response)
