"""What the scripts of notes ask of the server: keep what is sealed, hand it out for a proof, erase it."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from equipoise.core.problem import Problem
from equipoise.core.words import text
from equipoise.server.recruit.actions.hand_out_notes import Refused, hand_out_notes
from equipoise.server.recruit.actions.share_notes import share_notes
from equipoise.server.recruit.actions.take_back_notes import take_back_notes
from equipoise.server.recruit.limits import within
from equipoise.server.web.notes.sent import TOO_LARGE, sealed_in, secret_in
from equipoise.server.web.templatetags.say import language, said

_ROOM = "server.web.notes"
GONE = Problem("server.web.notes.link-gone")
TOO_OFTEN = Problem("server.web.notes.too-often")


@require_POST
def share(request: HttpRequest) -> JsonResponse:
    """Keep sealed notes; answer with what their link ends with and when they are erased."""
    if not within(request, "note"):
        return _refused(TOO_OFTEN, 429)
    sealed = sealed_in(request)
    if isinstance(sealed, Problem):
        return _refused(sealed)
    link, expires_at = share_notes(sealed)
    return _answer({"link": link, "expires_at": expires_at}, 201)


@require_POST
def open_shared(request: HttpRequest, link: str) -> JsonResponse:
    """Answer the right proof with the ciphertext; a wrong one with what is left, and in words."""
    if not within(request, "note-open"):
        return _refused(TOO_OFTEN, 429)
    proof = secret_in(request, "proof")
    if isinstance(proof, Problem):
        return _refused(proof)
    handed = hand_out_notes(link, proof)
    if handed is None:
        return _refused(GONE, 404)
    if isinstance(handed, Refused):
        return _not_handed_out(handed)
    return _answer({"iv": handed.iv, "ciphertext": handed.ciphertext})


@require_POST
def take_back(request: HttpRequest, link: str) -> JsonResponse:
    """Erase notes for the sharer's own secret; a wrong one learns what somebody with a wrong link learns."""
    if not within(request, "note-revoke"):
        return _refused(TOO_OFTEN, 429)
    secret = secret_in(request, "revocation")
    if isinstance(secret, Problem):
        return _refused(secret)
    return _answer({}) if take_back_notes(link, secret) else _refused(GONE, 404)


def _not_handed_out(refused: Refused) -> JsonResponse:
    wait = _in_words(refused.seconds)
    if not refused.looked_at:
        problem, status = Problem("server.web.notes.must-wait", {"wait": wait}), 429
    elif refused.seconds:
        problem, status = Problem("server.web.notes.wrong-and-wait", {"wait": wait}), 403
    else:
        name = "server.web.notes.wrong-once-more" if refused.left == 1 else "server.web.notes.wrong-passcode"
        problem, status = Problem(name, {"left": refused.left}), 403
    response = _refused(problem, status, left=refused.left, seconds=refused.seconds)
    if refused.seconds:
        response["Retry-After"] = str(refused.seconds)
    return response


def _in_words(seconds: int) -> str:
    """Say how long to wait, in the largest unit that is not coarse; rounded up, so that it is enough."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds > size:
            return text(_ROOM, f"wait.{unit}", language(), n=-(-seconds // size))
    return text(_ROOM, "wait.seconds", language(), n=-(-seconds // 10) * 10)


def _refused(problem: Problem, status: int = 0, **more: int) -> JsonResponse:
    status = status or (413 if problem is TOO_LARGE else 400)
    return _answer({"problem": problem.code.rpartition(".")[2], "said": said(problem), **more}, status)


def _answer(content: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})
