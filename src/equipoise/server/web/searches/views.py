"""Be told of other trials: ask, confirm by the link of a mail, change, stop."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.core.problem import Problem
from equipoise.recruit.searches import DISTANCES, Often
from equipoise.server import clock
from equipoise.server.languages import language
from equipoise.server.recruit.actions.confirm_search import change_search, confirm_search
from equipoise.server.recruit.actions.erase_searches import erase_address, erase_search
from equipoise.server.recruit.actions.save_search import save_search
from equipoise.server.recruit.actions.tell_found import ask_for_links
from equipoise.server.recruit.limits import within
from equipoise.server.recruit.searches import KEPT_FOR, TO_CONFIRM, Saved, by_address, by_token, in_words
from equipoise.server.recruit.shown import shown
from equipoise.server.web.searches.typed import TRAP, Typed, begun, of_saved, read

View = Callable[..., HttpResponse]
_KEPT = {"days": TO_CONFIRM.days, "months": KEPT_FOR.days // 30}
TOO_OFTEN = Problem("server.web.searches.too-often")


@require_http_methods(["GET", "HEAD", "POST"])
def notify(request: HttpRequest) -> HttpResponse:
    """Ask what to look for and where to write; answer with a mail that asks whether that is wanted."""
    if request.method != "POST":
        return _form(request, begun(_known(request)))
    typed = read(request.POST, with_address=True)
    # Counted only when it would be done: whoever mends a slip has not tried too often.
    if not typed.wrong and not within(request, "search", typed.values["email"]):
        typed.wrong["email"] = TOO_OFTEN
    if typed.wrong:
        return _form(request, typed)
    if not request.POST.get(TRAP):  # a machine is told what a person is told
        save_search(typed.search, typed.values["email"], language(), typed.key)
    return HttpResponseRedirect(reverse("notify-sent"))


def _known(request: HttpRequest) -> dict[str, str]:
    """Return what the address says already: of which study somebody comes, or what they looked for."""
    values = {name: value for name, value in request.GET.items() if name != "email"}
    values["condition"] = values.get("condition") or values.get("q", "")
    number = values.get("number", "")
    found = shown(number) if 0 < len(number) <= 64 and not values["condition"] else None
    if found is not None:
        values["condition"] = ", ".join(found.listing(language()).conditions)
    return values


def _form(request: HttpRequest, typed: Typed) -> HttpResponse:
    status = 200 if not typed.wrong else 429 if TOO_OFTEN in typed.wrong.values() else 400
    return render(request, "searches/notify.html", {"form": typed, **_choices(), **_KEPT}, status=status)


def _choices() -> dict[str, Any]:
    return {"distances": DISTANCES, "times": [each.value for each in Often], "sexes": ("", "female", "male")}


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say to look into one's mail: the same, whoever has the address."""
    return render(request, "searches/sent.html", _KEPT)


def of_a_link(view: View) -> View:
    """Give a page the search of its link; whoever has none learns nothing more, and no other page learns the link."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        if not within(request, "search-page"):
            response = render(request, "searches/too_often.html", {"problem": TOO_OFTEN}, status=429)
        else:
            response = view(request, by_token(token[:100]), token)
        # Not "no-referrer": of such a page a browser sends a form as from nowhere, and it is refused.
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response

    return opened


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "searches/gone.html", _KEPT, status=404)


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_link
def confirm(request: HttpRequest, one: Saved | None, token: str) -> HttpResponse:
    """Ask once more, and begin. Opened alone it does nothing: a program that follows links confirms nothing."""
    if one is None:
        return _gone(request)
    said = {"lines": in_words(one.search, language()), "often": one.search.often, "token": token, **_KEPT}
    if request.method == "POST":
        return render(request, "searches/confirmed.html", said) if confirm_search(one.row.pk) else _gone(request)
    if one.row.confirmed_at:
        return HttpResponseRedirect(reverse("notify-change", kwargs={"token": token}))
    return render(request, "searches/confirm.html", said)


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_link
def change(request: HttpRequest, one: Saved | None, token: str) -> HttpResponse:
    """Change what is looked for, or erase it, or everything under the address."""
    if one is None or not one.row.confirmed_at:
        return _gone(request)
    if request.method != "POST":
        return _change(request, one, token, of_saved(one))
    match request.POST.get("do", ""):
        case "erase":
            return _erased(request, erase_search(one.row.pk))
        case "erase-all":
            return _erased(request, erase_address(one.address))
    typed = read(request.POST, with_address=False, in_a_hurry=True)
    if typed.wrong:
        return _change(request, one, token, typed)
    if not change_search(one.row.pk, typed.search, language()):
        return _gone(request)
    return HttpResponseRedirect(f"{reverse('notify-change', kwargs={'token': token})}?saved")


def _change(request: HttpRequest, one: Saved, token: str, typed: Typed) -> HttpResponse:
    said = {
        "form": typed,
        "token": token,
        "saved": "saved" in request.GET and not typed.wrong,
        "until": one.row.ends_at[:10],
        "count": by_address(one.address).count(),
    }
    return render(request, "searches/change.html", said | _choices() | _KEPT, status=400 if typed.wrong else 200)


def _erased(request: HttpRequest, count: int) -> HttpResponse:
    return render(request, "searches/erased.html", {"count": count, "at": clock.instant()})


# A mail program posts here by itself (RFC 8058): it has no cookie, and no form of ours to take a token from.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@of_a_link
def unsubscribe(request: HttpRequest, one: Saved | None, token: str) -> HttpResponse:
    """Stop, and erase. Opened alone it asks, since programs look at links too; whoever asks twice is told the same."""
    if request.method == "POST":
        return _erased(request, erase_search(one.row.pk) if one is not None else 0)
    if one is None:
        return _gone(request)
    return render(request, "searches/unsubscribe.html", {"lines": in_words(one.search, language()), "token": token})


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest) -> HttpResponse:
    """Send the links again to whoever has lost them, without telling here whether there are any."""
    typed = begun({})
    if request.method == "POST":
        typed = read({**request.POST.dict(), "condition": "any", "often": Often.WEEKLY.value}, with_address=True)
        typed.wrong.pop("consent", None)
        if not typed.wrong and not within(request, "search", typed.values["email"]):
            typed.wrong["email"] = TOO_OFTEN
        if not typed.wrong:
            if not request.POST.get(TRAP):
                ask_for_links(typed.values["email"], language())
            return HttpResponseRedirect(reverse("notify-links-sent"))
    status = 200 if not typed.wrong else 429 if TOO_OFTEN in typed.wrong.values() else 400
    return render(request, "searches/links.html", {"form": typed}, status=status)


@require_safe
def links_sent(request: HttpRequest) -> HttpResponse:
    """Say that the links are on their way if there are any."""
    return render(request, "searches/links_sent.html")
