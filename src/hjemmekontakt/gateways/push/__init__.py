"""Notices to browsers (web push, RFC 8030): one to one browser, sealed so that the push service cannot read it.

`message.py` is the shape, `services.py` says which push services are spoken to, `sealing.py` seals (RFC 8291), `vapid.py`
says who we are (RFC 8292), and `web_push.py` is the client.
"""

from hjemmekontakt.gateways.push.message import Browser, Push, PushGateway, Urgency
from hjemmekontakt.gateways.push.services import Flaw, Services, services_in
from hjemmekontakt.gateways.push.vapid import VapidKey, new_push_key
from hjemmekontakt.gateways.push.web_push import WebPush

__all__ = [
    "Browser",
    "Flaw",
    "Push",
    "PushGateway",
    "Services",
    "Urgency",
    "VapidKey",
    "WebPush",
    "new_push_key",
    "services_in",
]
