"""Every address of the site below its language, with the rule of who may open it."""

from __future__ import annotations

from equipoise.conduct.commands import Allocate, Unblind
from equipoise.conduct.visibility import Fact
from equipoise.server.web.acts.allocating import allocate, allocation
from equipoise.server.web.acts.results import result, results, take
from equipoise.server.web.acts.unblinding import unblind
from equipoise.server.web.acts.verification import verification
from equipoise.server.web.enquiries.addresses import ROUTES as ENQUIRIES
from equipoise.server.web.finder.addresses import ROUTES as FINDER
from equipoise.server.web.front import front
from equipoise.server.web.notes.addresses import ROUTES as NOTES
from equipoise.server.web.participants.views import eligibility, participant, participants, past
from equipoise.server.web.prescreening.addresses import ROUTES as PRESCREENING
from equipoise.server.web.publishing.addresses import ROUTES as PUBLISHING
from equipoise.server.web.routes import LoggedIn, May, Public, Route, Sees, pattern
from equipoise.server.web.searches.addresses import ROUTES as SEARCHES
from equipoise.server.web.studies import studies
from equipoise.server.web.study_page.addresses import ROUTES as STUDY_PAGE

_STUDY = "studies/<str:study>/"
_PERSON = f"{_STUDY}participants/<str:number>/"

ROUTES: tuple[Route, ...] = (
    Route("front", "", front, Public()),
    Route("studies", "studies/", studies, LoggedIn()),
    Route("participants", f"{_STUDY}participants/", participants, Sees((Fact.CLINICAL_DATA,))),
    Route("participant", _PERSON, participant, Sees((Fact.CLINICAL_DATA,))),
    Route("eligibility", f"{_PERSON}eligibility/", eligibility, Sees((Fact.CLINICAL_DATA,))),
    Route("history", f"{_PERSON}history/", past, Sees((Fact.CLINICAL_DATA, Fact.HISTORY))),
    Route("allocate", f"{_PERSON}allocate/", allocate, May(Allocate)),
    Route("allocation", f"{_PERSON}allocation/", allocation, Sees((Fact.CLINICAL_DATA,))),
    Route("unblind", f"{_PERSON}unblind/", unblind, May(Unblind)),
    # What each role may take of the results is said on their page, to everybody of the study.
    Route("results", f"{_STUDY}results/", results, Sees((Fact.STUDY,))),
    Route("result", f"{_STUDY}results/<str:kind>/", result, Sees((Fact.STUDY,))),
    Route("take", f"{_STUDY}results/<str:kind>/<str:head>/<str:file>", take, Sees((Fact.STUDY,))),
    Route("verification", f"{_STUDY}verification/", verification, Sees((Fact.HISTORY,))),
    *FINDER,
    *STUDY_PAGE,
    *PRESCREENING,
    *ENQUIRIES,
    *SEARCHES,
    *NOTES,
    *PUBLISHING,
)

urlpatterns = [pattern(route) for route in ROUTES]
