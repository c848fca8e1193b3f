"""SMS out of the house: the message, the numbers it may go to, and a module for each kind of provider, all of one shape.

`message.py` is the shape: `SmsGateway` takes a message over, `Reporting` tells later what became of it. `link.py`,
`sveve.py`, `smpp.py` and `altinn.py` are the kinds; `failover.py` makes two of them one.
"""

from hjemmekontakt.gateways.sms.altinn import Altinn as Altinn
from hjemmekontakt.gateways.sms.failover import Failover as Failover
from hjemmekontakt.gateways.sms.link import LinkMobility as LinkMobility
from hjemmekontakt.gateways.sms.message import LONGEST_SENDER as LONGEST_SENDER
from hjemmekontakt.gateways.sms.message import Reporting as Reporting
from hjemmekontakt.gateways.sms.message import Sms as Sms
from hjemmekontakt.gateways.sms.message import SmsGateway as SmsGateway
from hjemmekontakt.gateways.sms.numbers import Flaw as Flaw
from hjemmekontakt.gateways.sms.numbers import e164 as e164
from hjemmekontakt.gateways.sms.numbers import why_not_number as why_not_number
from hjemmekontakt.gateways.sms.smpp import Smpp as Smpp
from hjemmekontakt.gateways.sms.sveve import Sveve as Sveve
