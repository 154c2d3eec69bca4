"""The interface for programs against its own description: schemathesis asks what nobody would, and finds no fault."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[3]
_EXAMPLES = 120


@pytest.mark.parametrize("operation", ["/api/studies", "/api/studies/{number}", "/api/openapi.json"])
def test_no_question_is_a_fault_and_every_answer_is_as_described(database: str, operation: str) -> None:
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    from equipoise.server.recruit.importing import import_files
    from equipoise.server.web.finder.openapi import description

    import_files([ROOT / "examples" / "registry"], invented=True)
    application = get_wsgi_application()
    schema = schemathesis.openapi.from_dict(description())
    schema.app = application
    described = schema[operation]["GET"]
    modes = list(schemathesis.GenerationMode)
    cases = st.one_of(*(described.as_strategy(generation_mode=mode) for mode in modes))

    @seed(5)
    @settings(
        max_examples=_EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def asked(case: schemathesis.Case) -> None:
        answer = case.call(app=application, headers={"Accept-Encoding": "identity"})
        assert answer.status_code < 500, (case.path_parameters, case.query)
        if answer.status_code == 200:
            described.validate_response(answer)

    asked()
    connections.close_all()
