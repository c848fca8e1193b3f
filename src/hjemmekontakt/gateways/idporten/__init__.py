"""Log-in with ID-porten: our OpenID Connect client (PAR, PKCE, private_key_jwt, both log-outs; R1).

`log_in.py` is the way through, `provider.py` what we know of the provider and how we speak with it, `id_token.py` the checks
of what it says of the person, `refusals.py` why a log-in comes to nothing.
"""

from hjemmekontakt.gateways.idporten.id_token import HIGH as HIGH
from hjemmekontakt.gateways.idporten.id_token import LogIn as LogIn
from hjemmekontakt.gateways.idporten.log_in import Begun as Begun
from hjemmekontakt.gateways.idporten.log_in import begin as begin
from hjemmekontakt.gateways.idporten.log_in import finish as finish
from hjemmekontakt.gateways.idporten.log_in import logout_url as logout_url
from hjemmekontakt.gateways.idporten.log_in import why_not_frontchannel as why_not_frontchannel
from hjemmekontakt.gateways.idporten.provider import Provider as Provider
from hjemmekontakt.gateways.idporten.provider import forget_provider as forget_provider
from hjemmekontakt.gateways.idporten.provider import new_client_key as new_client_key
from hjemmekontakt.gateways.idporten.provider import public_half as public_half
from hjemmekontakt.gateways.idporten.refusals import SENTENCES as SENTENCES
from hjemmekontakt.gateways.idporten.refusals import LogInRefused as LogInRefused
from hjemmekontakt.gateways.idporten.refusals import Why as Why
