"""What the finder's interface for programs takes and gives, as OpenAPI 3.0."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from equipoise.core.languages import spoken
from equipoise.server.recruit.finding import FARTHEST, Sort
from equipoise.server.web.finder.asking import LAST_PAGE, LONGEST
from equipoise.study.listing import Listing, Status

_TEXT = {"type": "string"}
_OR_NONE = {"nullable": True}


def description() -> dict[str, Any]:
    """Return the whole description."""
    found = {
        "type": "object",
        "required": ["count", "more", "page", "pages", "sort", "place", "studies"],
        "properties": {
            "count": {"type": "integer", "minimum": 0, "description": "no more than 1,000 are counted"},
            "more": {"type": "boolean", "description": "whether there are more than were counted"},
            "page": {"type": "integer"},
            "pages": {"type": "integer"},
            "sort": {"type": "string", "enum": list(Sort)},
            "place": _TEXT | _OR_NONE,
            "studies": {"type": "array", "items": {"$ref": "#/components/schemas/Found"}},
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Equipoise: find studies",
            "version": version("equipoise"),
            "description": "Read-only. Everything here is public; nothing that is asked for is kept.",
        },
        "paths": {
            "/api/studies": {"get": _get("Find studies", _parameters(), "FoundStudies")},
            "/api/studies/{number}": {"get": _get("Read one study", _of_one(), "Listing", missing=True)},
            "/api/openapi.json": {"get": {
                "summary": "This description",
                "operationId": "openapi",
                "responses": {"200": _answer("It", {"type": "object"})},
            }},
        },
        "components": {"schemas": {
            "FoundStudies": found,
            "Found": _study(),
            "Problems": _problems(),
            "Listing": _listing(),
        }},
    }  # fmt: skip


def _get(summary: str, parameters: list[dict[str, Any]], schema: str, *, missing: bool = False) -> dict[str, Any]:
    problems = {"$ref": "#/components/schemas/Problems"}
    responses = {
        "200": _answer("What was asked for", {"$ref": f"#/components/schemas/{schema}"}),
        "400": _answer("What makes no sense, each in words", problems),
    }
    if missing:
        responses["404"] = _answer("There is no such study, or it is not shown", problems)
    return {
        "summary": summary,
        "operationId": summary.lower().replace(" ", "-"),
        "parameters": parameters,
        "responses": responses,
    }


def _answer(said: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": said, "content": {"application/json": {"schema": schema}}}


def _query(name: str, said: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": said, "schema": {"type": "string", **schema}}


def _language() -> dict[str, Any]:
    return _query("language", "of the words", enum=list(spoken()))


def _parameters() -> list[dict[str, Any]]:
    return [
        _query("q", "words, in English or Chinese", maxLength=LONGEST),
        _query("condition", "what a study must be about", maxLength=LONGEST),
        _query("place", "a city, or a Chinese postcode", maxLength=LONGEST),
        _query("place-id", "which of the places of that name"),
        _query("lat", "degrees, in the place of a place", type="number", minimum=-90, maximum=90),
        _query("lon", "degrees", type="number", minimum=-180, maximum=180),
        _query("km", "how far a centre may be", type="integer", minimum=1, maximum=FARTHEST),
        _query("age", "in years: 45; of a small child in months: 6 months", pattern=r"^\d{1,2}( months)?$"),
        _query("sex", "of who would take part", enum=["female", "male", "all"]),
        _query("recruiting", "only studies that take people in now", enum=["1", "0"]),
        _query("sort", "the order", enum=list(Sort)),
        _query("page", "from 1 on", type="integer", minimum=1, maximum=LAST_PAGE),
        _language(),
    ]


def _of_one() -> list[dict[str, Any]]:
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    return [number, _language()]


def _study() -> dict[str, Any]:
    nearest = {
        "type": "object",
        "nullable": True,
        "properties": {
            "name": _TEXT,
            "city": _TEXT,
            "country": _TEXT,
            "kilometres": {"type": "number"},
            "recruiting": {"type": "boolean"},
        },
    }
    return {
        "type": "object",
        "required": ["number", "title", "language", "page", "status", "conditions", "sex", "centres"],
        "properties": {
            "number": _TEXT,
            "title": _TEXT,
            "language": _TEXT,
            "page": _TEXT,
            "status": {"type": "string", "enum": list(Status)},
            "status_date": _TEXT | _OR_NONE,
            "conditions": {"type": "array", "items": _TEXT},
            "sponsor": _TEXT,
            "sex": {"type": "string", "enum": ["all", "female", "male"]},
            "youngest": {"type": "number", "nullable": True},
            "oldest": {"type": "number", "nullable": True},
            "centres": {"type": "integer"},
            "nearest": nearest,
            "updated": _TEXT | _OR_NONE,
            "demonstration": _TEXT | _OR_NONE,
        },
    }


def _problems() -> dict[str, Any]:
    problem = {
        "type": "object",
        "required": ["field", "code", "words"],
        "properties": {"field": _TEXT, "code": _TEXT, "words": _TEXT},
    }
    place = {"type": "object", "required": ["place-id", "name"], "properties": {"place-id": _TEXT, "name": _TEXT}}
    return {
        "type": "object",
        "required": ["problems"],
        "properties": {
            "problems": {"type": "array", "items": problem},
            "places": {"type": "array", "items": place},
        },
    }


def _listing() -> dict[str, Any]:
    """Return what a listing has; its parts are told by their names."""
    properties: dict[str, Any] = {}
    for name, field in Listing.model_fields.items():
        many = str(field.annotation).startswith("tuple")
        properties[name] = {"type": "array", "items": {}, "description": name} if many else {}
    properties |= {"number": _TEXT, "title": _TEXT, "gone": {"type": "boolean"}}
    return {"type": "object", "required": ["number", "title", "gone"], "properties": properties}
