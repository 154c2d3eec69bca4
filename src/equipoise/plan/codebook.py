"""The codebook as rows: what each variable is, where it is collected, and what rests on it."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core import words
from equipoise.core.decimals import plain
from equipoise.study.model.codebook import Variable
from equipoise.study.model.study import Study
from equipoise.study.rules import rules_of
from equipoise.study.words import code_label, label, say

COLUMNS = (
    "name", "label", "kind", "unit", "codes", "limit", "low", "high", "rule", "forms", "visits", "criteria", "loinc",
    "panel", "precision", "personal", "standing", "reason", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodebookRow:
    """A variable, with the forms and visits that collect it and the criteria that rest on it."""

    variable: Variable
    forms: tuple[str, ...]
    visits: tuple[str, ...]
    criteria: tuple[str, ...]

    def cells(self, study: Study, language: str) -> dict[str, str]:
        """Return the row as texts in a language, by the names of COLUMNS, for documentation and exports."""
        variable = self.variable
        name = variable.name
        codes = "; ".join(f"{code.value} = {code_label(study, name, code.value, language)}" for code in variable.codes)
        bounds = {key: getattr(variable, key) for key in ("limit", "low", "high")}
        separator = words.text("plan", "codebook.separator", language)
        standing = "assumed" if variable.assumed else "stated"
        return {
            "name": name,
            "label": label(study, "variables", name, language),
            "kind": words.text("plan", f"kinds.{variable.kind}", language),
            "unit": variable.unit,
            "codes": codes,
            **{key: "" if value is None else plain(value) for key, value in bounds.items()},
            "rule": variable.rule,
            "forms": separator.join(label(study, "forms", form, language) for form in self.forms),
            "visits": separator.join(label(study, "visits", visit, language) for visit in self.visits),
            "criteria": separator.join(self.criteria),
            "loinc": variable.loinc,
            "panel": variable.panel,
            "precision": words.text("plan", f"precision.{variable.precision}", language)
            if variable.kind == "date"
            else "",
            "personal": words.text("plan", "codebook.is_personal", language) if variable.personal else "",
            "standing": words.text("plan", f"standing.{standing}", language),
            "reason": say(study, language, "variables", name, "reason"),
            "source": variable.source,
        }


def headings(language: str) -> dict[str, str]:
    """Return the columns' headings in a language."""
    return {column: words.text("plan", f"codebook.columns.{column}", language) for column in COLUMNS}


def codebook_rows(study: Study) -> tuple[CodebookRow, ...]:
    """Return a row for every variable, in the order of the folder."""
    criteria = rules_of(study).criteria
    derived = rules_of(study).derived
    rows = []
    for variable in study.codebook.variables:
        forms = tuple(
            form.id for form in study.codebook.forms if any(item.variable == variable.name for item in form.items)
        )
        visits = tuple(visit.id for visit in study.schedule.visits if set(visit.forms) & set(forms))
        # A derived variable is resolved in the rules that use it: it bears on whatever rests on what it is made of.
        basis = set(derived[variable.name].variables) if variable.name in derived else {variable.name}
        used = tuple(one.id for one in criteria if basis <= set(one.rule.variables))
        rows.append(CodebookRow(variable, forms, visits, used))
    return tuple(rows)
