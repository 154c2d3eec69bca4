"""Who and where: registry entry, dates, arms, centres, strata, allocation, consent documents, products."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from equipoise.study.model.base import Number, Part, Rule, Stated, Text, Truth


class RegistryEntry(Stated):
    """Where the study is registered, and the registry's own text, shown as such."""

    name: str
    number: str
    url: str = ""
    overview: Text = ""


class StatedDate(Stated):
    """A date as one source gives it; sources may disagree, and then both are shown."""

    value: str
    kind: Literal["start", "completion"] = "start"


class Party(Stated):
    """The sponsor or the primary contact."""

    name: str
    organisation: str = ""
    email: str = ""
    phone: str = ""


class Faq(Stated):
    """A question that patients ask about this study, and its answer; empty lines part the answer's paragraphs."""

    id: str
    question: Text
    answer: Text


class Arm(Stated):
    """An arm; `ratio` is its share of the allocation."""

    id: str
    label: Text
    kind: Literal["experimental", "active_comparator", "placebo", "no_intervention"]
    ratio: int = Field(default=1, ge=1, le=20)
    description: Text = ""


class Site(Stated):
    """A centre: `id` is its two digits, the beginning of its participants' numbers."""

    id: str
    name: Text
    city: str
    country: str = ""
    address: str = ""
    time_zone: str = "UTC"
    status: Literal["planned", "recruiting", "paused", "closed"] = "recruiting"
    limits: dict[str, Number] = Field(default_factory=dict)  # variable → the lower limit of this centre's assay


class Level(Part):
    """A level of a factor: the person is in it when its rule holds."""

    id: str
    label: Text
    when: Rule


class Factor(Stated):
    """A stratification factor. The centre is always a factor by the name `centre` and is not declared here."""

    id: str
    label: Text
    levels: tuple[Level, ...]


class Scheme(StrEnum):
    """How arms are allocated."""

    SIMPLE = "simple"
    PERMUTED_BLOCKS = "permuted_blocks"
    MINIMISATION = "minimisation"


class Allocation(Stated):
    """The allocation's declaration; `factors` are strata of the blocks, or factors of the minimisation."""

    scheme: Scheme
    factors: tuple[str, ...] = ()
    block_sizes: tuple[int, ...] = ()
    probability: Number | None = None  # minimisation: of the arm that balances best
    judge_again: tuple[str, ...] = ()  # criteria judged again on the day of allocation, anchored on that day
    anchor: str = "consent_date"  # the date variable that stands for the day of allocation in that judgement


class ConsentOption(Part):
    """An optional part of consent (biobank, genetics): asked apart, may be refused alone."""

    id: str
    label: Text


class ConsentDocument(Stated):
    """A version of the consent form, in the languages in which it exists."""

    version: str
    languages: tuple[str, ...]
    valid_from: str = ""
    options: tuple[ConsentOption, ...] = ()


class Product(Stated):
    """A product that participants are given; `kit` marks numbered blinded kits."""

    id: str
    label: Text
    unit: str = ""
    route: str = ""
    kit: Truth = False
