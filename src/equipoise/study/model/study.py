"""The study: every file of the folder, put together."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from equipoise.core import canonical
from equipoise.study.model.base import Part, Stated, Text
from equipoise.study.model.codebook import Codebook, Form, Variable
from equipoise.study.model.eligibility import Criterion
from equipoise.study.model.endpoints import Endpoints
from equipoise.study.model.identity import (
    Allocation,
    Arm,
    ConsentDocument,
    Factor,
    Faq,
    Party,
    Product,
    RegistryEntry,
    Site,
    StatedDate,
)
from equipoise.study.model.prediction import Prediction
from equipoise.study.model.scenarios import Scenarios
from equipoise.study.model.schedule import Schedule, Visit


class Amendment(Part):
    """What a version changed and why."""

    version: str
    date: str
    why: Text


class Example(Part):
    """A person and the verdict that they must get: the folder's own test of its criteria."""

    id: str
    why: Text
    person: dict[str, str]
    verdict: Literal["eligible", "not eligible", "cannot tell yet", "needs judgement"]
    because: dict[str, Literal["pass", "fail", "unknown", "judgement"]] = Field(default_factory=dict)


def _format(value: object) -> object:
    return 1 if value == "1" else value  # numbers reach the model as their text


class Identity(Stated):
    """`study.yaml`."""

    format: Annotated[Literal[1], BeforeValidator(_format)]
    id: str
    version: str
    title: Text
    short_title: Text = ""
    patient_title: Text = ""  # what patients read first; the title stands below it
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    demonstration: Text = ""  # shown on every page when set: this is a demonstration, not run by the sponsor
    condition: Text = ""
    phase: str = ""
    sex: Literal["all", "female", "male"] = "all"
    status: Literal["planned", "recruiting", "active", "completed", "withdrawn"] = "recruiting"
    design: Text = ""
    blinding: Literal["open_label", "double_blind"]
    enrolment: int = Field(ge=1, le=1_000_000)
    sponsor: Party
    contact: Party | None = None
    registry: tuple[RegistryEntry, ...] = ()
    dates: tuple[StatedDate, ...] = ()
    arms: tuple[Arm, ...]
    sites: tuple[Site, ...]
    factors: tuple[Factor, ...] = ()
    allocation: Allocation
    consent: tuple[ConsentDocument, ...] = ()
    products: tuple[Product, ...] = ()
    medication_categories: tuple[str, ...] = ()
    faqs: tuple[Faq, ...] = ()
    amendments: tuple[Amendment, ...] = ()


class Study(Part):
    """A study, whole. `words` holds, for each language, the tree of `words/<language>.yaml`."""

    identity: Identity
    codebook: Codebook
    eligibility: tuple[Criterion, ...]
    schedule: Schedule
    endpoints: Endpoints
    prediction: Prediction | None = None
    scenarios: Scenarios | None = None
    examples: tuple[Example, ...] = ()
    words: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @property
    def id(self) -> str:
        """The study's identifier."""
        return self.identity.id

    @property
    def version(self) -> str:
        """The version in force."""
        return self.identity.version

    @cached_property
    def content(self) -> dict[str, Any]:
        """The canonical study: plain JSON values with decimals as strings, defaults left out."""
        content: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        return content

    @cached_property
    def content_hash(self) -> str:
        """The SHA-256 of the canonical study."""
        return canonical.digest_of(self.content)

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """The variables by name."""
        return {variable.name: variable for variable in self.codebook.variables}

    @cached_property
    def visits(self) -> dict[str, Visit]:
        """The visits by id."""
        return {visit.id: visit for visit in self.schedule.visits}

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The forms by id."""
        return {form.id: form for form in self.codebook.forms}

    @cached_property
    def sites(self) -> dict[str, Site]:
        """The centres by their two digits."""
        return {site.id: site for site in self.identity.sites}

    @cached_property
    def arms(self) -> dict[str, Arm]:
        """The arms by id."""
        return {arm.id: arm for arm in self.identity.arms}

    @property
    def is_blinded(self) -> bool:
        """Whether arms are sealed until the reveal."""
        return self.identity.blinding == "double_blind"
