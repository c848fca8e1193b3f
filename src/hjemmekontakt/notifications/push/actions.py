"""A person lets a browser be told of her notices, and lets it be no more (R46)."""

from hmac import compare_digest

from hjemmekontakt.access import lookup
from hjemmekontakt.access.actions import intent, require
from hjemmekontakt.access.rules import Actor, May
from hjemmekontakt.gateways import configured
from hjemmekontakt.gateways.push import Browser
from hjemmekontakt.ground import clock, keys
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.notifications.addresses import address_key
from hjemmekontakt.notifications.models import NotifiedBrowser
from hjemmekontakt.notifications.push.rules import why_not_keep
from hjemmekontakt.notifications.rules import Channel, Refusal, person_of


@intent
def keep_browser(actor: Actor, browser: Browser) -> None:
    """A person lets this browser be told; asked again, it is still one, with the keys it has now."""
    person_id = person_of(actor)
    require(actor, May.ADD_BROWSER, about=lookup.citizen(person_id))
    if not configured.has_push():
        raise Refused(Refusal.NOT_A_BROWSER)
    key = address_key(Channel.PUSH, browser.endpoint)
    hers = NotifiedBrowser.objects.filter(citizen_id=person_id)
    known = [bytes(each) for each in hers.select_for_update().values_list("address_key", flat=True)]
    if why_not := why_not_keep(configured.push().why_not(browser), key=key, known=known):
        raise Refused(why_not)

    values = {"browser_sealed": keys.seal(browser.as_text()), "made_at": clock.real()}
    NotifiedBrowser.objects.update_or_create(citizen_id=person_id, address_key=key, defaults=values)


@intent
def move_browser(actor: Actor, browser: Browser, *, was: str, was_auth: str) -> int:
    """A browser has got another address: it takes the place of the old one for all who are told there; how many (R46, R50).

    Only who knows the old address with its secret is believed; what is not, is answered alike. Where she has let it be told
    at the new address meanwhile, the old one is no more.
    """
    require(actor, May.MOVE_BROWSER, about=lookup.portal())
    if not configured.has_push() or configured.push().why_not(browser):
        return 0
    key, old = address_key(Channel.PUSH, browser.endpoint), address_key(Channel.PUSH, was)
    rows = list(NotifiedBrowser.objects.select_for_update().filter(address_key=old).order_by("id"))
    theirs = [row for row in rows if compare_digest(_secret_of(row), was_auth.encode())]
    known = set(NotifiedBrowser.objects.filter(address_key=key).values_list("citizen_id", flat=True))
    for row in theirs:
        if row.citizen_id in known and key != old:
            row.delete()
            continue
        row.address_key, row.browser_sealed, row.made_at = key, keys.seal(browser.as_text()), clock.real()
        row.save(update_fields=["address_key", "browser_sealed", "made_at"])
    return len(theirs)


def _secret_of(row: NotifiedBrowser) -> bytes:
    return Browser.of_text(keys.unseal(bytes(row.browser_sealed))).auth.encode()


@intent
def forget_browser(actor: Actor, endpoint: str) -> None:
    """A person lets one browser be told no more; another person's notices there are not touched."""
    person_id = person_of(actor)
    require(actor, May.FORGET_BROWSER, about=lookup.citizen(person_id))
    key = address_key(Channel.PUSH, endpoint)
    NotifiedBrowser.objects.filter(citizen_id=person_id, address_key=key).delete()


@intent
def forget_browsers(actor: Actor) -> None:
    """A person lets none of her browsers be told any more, also one that is lost."""
    person_id = person_of(actor)
    require(actor, May.FORGET_BROWSER, about=lookup.citizen(person_id))
    NotifiedBrowser.objects.filter(citizen_id=person_id).delete()
