"""Who does what for a study's public page. The sponsor answers for what is published; a doctor for what it says."""

from __future__ import annotations

from equipoise.conduct.permissions import Role

# Whoever may open these pages and write words: nothing that they write is read before somebody approves it.
WRITING = (Role.SPONSOR, Role.INVESTIGATOR, Role.ADMINISTRATOR)
# Whether the page is there at all is the sponsor's decision, which the administrator carries out.
SHOWING = (Role.SPONSOR, Role.ADMINISTRATOR)
# Words about medicine are approved by who answers for the study or treats people in it: never by a technician.
APPROVING = (Role.SPONSOR, Role.INVESTIGATOR)
