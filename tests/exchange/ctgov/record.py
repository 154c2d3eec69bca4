"""The smallest record that is one, and what a test changes of it."""

from __future__ import annotations

from typing import Any


def record(number: str = "NCT99000101", **modules: dict[str, Any]) -> dict[str, Any]:
    """Return a record; a module that is given is put into the place of the usual one."""
    protocol: dict[str, Any] = {
        "identificationModule": {"nctId": number, "briefTitle": "Asthma in adults"},
        "statusModule": {
            "overallStatus": "RECRUITING",
            "statusVerifiedDate": "2026-05",
            "lastUpdatePostDateStruct": {"date": "2026-05-20"},
        },
        "conditionsModule": {"conditions": ["Asthma"]},
        "eligibilityModule": {"sex": "ALL", "minimumAge": "18 Years", "eligibilityCriteria": "Inclusion Criteria:\n\n* Asthma"},
    }  # fmt: skip
    return {"protocolSection": protocol | modules}
