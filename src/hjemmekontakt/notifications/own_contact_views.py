"""Profil › Kontaktinformasjon › Eget nummer eller egen e-post: say it, type in the code, or use the register's again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjemmekontakt.gateways.handover import NotAccepted
from hjemmekontakt.ground.refused import Refused
from hjemmekontakt.notifications import own_contact
from hjemmekontakt.notifications.codes import CodeOutcome
from hjemmekontakt.notifications.forms import CodeForm, OwnContactForm
from hjemmekontakt.notifications.register import as_said
from hjemmekontakt.notifications.rules import Channel
from hjemmekontakt.notifications.words import CODES, say


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A number or address of her own: a code goes there."""
    form = OwnContactForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            code = own_contact.ask_for_code(
                request.actor, Channel(form.cleaned_data["channel"]), form.cleaned_data["address"]
            )
            own_contact.send_code(code)
        except Refused as refused:
            form.add_error("address", say(refused.why))
        except NotAccepted:
            form.add_error(None, _("Vi fikk ikke sendt koden nå. Ingenting er endret. Prøv igjen om litt."))
        else:
            return redirect("notifications:code")
    own_contact.waiting_for_code(request.actor)  # whose number it is, is decided before anything is shown
    return render(request, "notifications/own_contact.html.jinja", {"form": form})


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The code that came: typed in, the number is hers."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        outcome = own_contact.confirm_code(request.actor, form.cleaned_data["code"].strip())
        if outcome is CodeOutcome.CONFIRMED:
            messages.success(request, str(CODES[outcome]))
            return redirect("notifications:setup")
        if outcome is CodeOutcome.RUN_OUT:
            messages.warning(request, str(CODES[outcome]))
            return redirect("notifications:own-contact")
        form.add_error("code", str(CODES[outcome]))
    sent_to = own_contact.waiting_for_code(request.actor)
    if not sent_to:
        return redirect("notifications:own-contact")
    return render(request, "notifications/code.html.jinja", {"form": form, "sent_to": as_said(sent_to)})


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """The register's number or address is used again."""
    channel = next((each for each in (Channel.SMS, Channel.EMAIL) if each == request.POST.get("channel")), None)
    if channel:
        own_contact.forget_own_contact(request.actor, channel)
        messages.success(request, _("Slettet. Varslene går dit registeret sier."))
    return redirect("notifications:setup")
