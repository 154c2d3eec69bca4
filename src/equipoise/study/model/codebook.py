"""The codebook: variables, forms and edit checks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.study.model.base import Number, Part, Rule, Stated, Text, Truth


class Code(Part):
    """A value of a coded variable."""

    value: str
    label: Text


class Variable(Stated):
    """A variable: what it is, its unit and limits, where it is coded, and how a patient is asked for it."""

    name: str
    label: Text
    kind: Literal["laboratory", "number", "date", "code", "yes_no", "judgement", "text"]
    unit: str = ""
    codes: tuple[Code, ...] = ()
    limit: Number | None = None  # the assay's lower limit where none is stated with the value
    low: Number | None = None  # plausible range: outside it a query is raised, nothing is refused
    high: Number | None = None
    rule: Rule = ""  # a derived variable's expression
    loinc: str = ""
    printed: tuple[str, ...] = ()  # what laboratories print for it on their slips, in any language
    panel: str = ""  # variables that change together are simulated and shown together
    precision: Literal["day", "month", "year"] = "day"  # of a date kept in the history
    personal: Truth = False  # identifies a person: never in the history beyond `precision`
    ask: Text = ""  # the patient's question; empty: never asked of a patient
    why: Text = ""  # why it is asked


class FormItem(Part):
    """An item of a form; `when` decides whether it is asked, `required` whether it may stay empty."""

    variable: str
    required: Truth = True
    when: Rule = ""
    arms: tuple[str, ...] = ()
    consent: str = ""  # asked only of who gave this optional consent


class Form(Stated):
    """A form: items entered together."""

    id: str
    label: Text
    items: tuple[FormItem, ...]


class EditCheck(Stated):
    """A check of entered values: when `fires` holds, a query opens with these words."""

    id: str
    form: str
    fires: Rule
    words: Text
    severity: Literal["query", "note"] = "query"


class Codebook(Part):
    """`variables.yaml`."""

    variables: tuple[Variable, ...]
    forms: tuple[Form, ...] = ()
    checks: tuple[EditCheck, ...] = Field(default=())
