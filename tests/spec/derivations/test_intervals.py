"""Endpoints that are intervals between visits, bounds of a value, and what rests on a masked sample."""

import pytest

ESTIMAND = {"treatment": "active", "versus": "control"}
ENDPOINTS = [
    {
        "id": "between", "label": "Return", "kind": "interval", "reversion": "relapse", "visit": "week 72", "stands": 566,
    },
    {
        "id": "seen", "label": "Return seen", "kind": "time_to_event", "variable": "marker", "visit": "week 72",
        "decisive": "marker < 0.05", "event": "relapse.confirmed", "stands": 566,
    },
    {
        "id": "titre", "label": "Shield", "kind": "continuous", "visit": "week 48", "variable": "shield",
        "value": 'shield.at("week 48")', "scale": "log10", "unit": "mIU/mL",
    },
    {
        "id": "sustained", "label": "Sustained", "kind": "binary", "visit": "week 48", "variable": "marker", "stands": 392,
        "decisive": "marker < 0.05",
        "readings": [{"id": "r", "label": "R", "success": 'not relapse.confirmed and marker.at("week 48") < 0.05'}],
    },
]  # fmt: skip


def _study(study_with, **strategies):
    handled = [{"event": event, "strategy": strategy} for event, strategy in strategies.items()]
    summaries = {"between": "survival", "seen": "survival", "titre": "geometric_mean_ratio"}
    estimands = [
        {"id": each["id"], "label": "E", "endpoint": each["id"], "intercurrent": handled, **ESTIMAND}
        | {"summary": summaries.get(each["id"], "risk_difference")}
        for each in ENDPOINTS
    ]
    return study_with(endpoints__endpoints=ENDPOINTS, endpoints__estimands=estimands, endpoints__analyses=[])


@pytest.fixture
def told(story, study_with):
    """Return the row of an endpoint of a person with these doses, samples and events."""

    def tell(endpoint, *samples, doses=(), death="", rescue="", name="marker", strategies=None):
        history = story(_study(study_with, **(strategies or {})))
        who = history.person()
        for on in doses:
            history.dose(who, on)
        for on, value in samples:
            history.sample(who, on, value, name)
        if rescue:
            history.medicate(who, rescue)
        if death:
            history.tell(who, "visits_stopped", on=death, reason="death")
        return history.row("endpoints", endpoint=endpoint)

    return tell


def _interval(row):
    return row["status"], row["left"], row["right"]


CLEAR, BACK = "<0.05", "0.2"


@pytest.mark.parametrize(
    ("samples", "doses", "expected"),
    [
        # A confirmed return lies between the last negative and its first positive sample.
        ([(84, CLEAR), (168, BACK), (252, BACK)], (), ("event", 84, 168)),
        ([(168, BACK), (252, BACK)], (), ("event", 0, 168)),
        ([(0, CLEAR), (168, BACK), (252, BACK)], (), ("event", 0, 168)),
        # A blip is no event, and its repeat is a negative like any other.
        ([(84, BACK), (168, CLEAR), (252, BACK), (336, BACK)], (), ("event", 168, 252)),
        ([(84, BACK), (168, CLEAR)], (), ("censored", 168, None)),
        # Unrepeated: nothing after the positive sample counts, not even a negative that came too early to decide.
        ([(84, CLEAR), (168, BACK)], (), ("censored", 84, None)),
        ([(84, CLEAR), (168, BACK), (180, CLEAR)], (), ("censored", 84, None)),
        ([(168, BACK)], (), ("censored", 0, None)),
        # A masked negative never moves the left end; a masked positive is a positive.
        ([(84, CLEAR), (168, CLEAR)], (86,), ("censored", 84, None)),
        ([(84, CLEAR), (168, CLEAR), (336, BACK), (364, BACK)], (86,), ("event", 84, 336)),
        ([(84, CLEAR), (168, BACK), (336, BACK)], (86,), ("event", 84, 168)),
        # A result that does not decide says nothing.
        ([(84, CLEAR), (168, "<0.1"), (252, "unknown")], (), ("censored", 84, None)),
        # Nobody seen after the allocation: free of it then, and no more is known.
        ([], (), ("censored", 0, None)),
        # Nothing counts after the window of the last visit, but the repeat of a sample in it.
        ([(336, CLEAR), (519, BACK), (550, BACK)], (), ("censored", 336, None)),
        ([(336, CLEAR), (519, CLEAR)], (), ("censored", 336, None)),
        ([(336, CLEAR), (504, BACK), (540, BACK)], (), ("event", 336, 504)),
        ([(336, CLEAR), (504, BACK), (540, CLEAR)], (), ("censored", 540, None)),
        ([(336, CLEAR), (504, BACK), (567, BACK)], (), ("censored", 336, None)),
    ],
)
def test_an_interval_runs_from_the_last_unmasked_negative_to_the_first_positive(told, samples, doses, expected):
    assert _interval(told("between", *samples, doses=doses)) == expected


@pytest.mark.parametrize(
    ("strategy", "samples", "expected"),
    [
        # Rescue on day 91. Competing: observation ends there, and the last negative stays what it was.
        ("while_on_treatment", [(84, CLEAR)], ("censored", 84, None, "rescue")),
        ("while_on_treatment", [], ("censored", 0, None, "rescue")),
        ("composite", [(84, CLEAR)], ("event", 84, 91, "rescue")),
        ("composite", [], ("event", 0, 91, "rescue")),
        ("hypothetical", [(84, CLEAR)], ("censored", 84, None, "end")),
        ("treatment_policy", [(84, CLEAR)], ("censored", 84, None, "end")),
        # A return before it was first; one that came to light only later was not seen before it.
        ("while_on_treatment", [(28, CLEAR), (84, BACK), (168, BACK)], ("event", 28, 84, "event")),
        ("while_on_treatment", [(84, CLEAR), (168, BACK), (252, BACK)], ("censored", 84, None, "rescue")),
        ("composite", [(84, CLEAR), (168, BACK), (252, BACK)], ("event", 84, 91, "rescue")),
        # Who was seen clear afterwards was clear on that day.
        ("while_on_treatment", [(168, CLEAR)], ("censored", 91, None, "rescue")),
        ("hypothetical", [(168, CLEAR)], ("censored", 91, None, "rescue")),
        ("composite", [(168, CLEAR)], ("event", 90, 91, "rescue")),
    ],
)
def test_an_intercurrent_event_ends_an_interval(told, strategy, samples, expected):
    row = told("between", *samples, rescue="2026-06-01", strategies={"rescue": strategy})
    assert (*_interval(row), row["reason"]) == expected


def test_what_was_measured_stays_beside_what_an_event_made_of_it(told):
    row = told("between", (84, CLEAR), (168, BACK), (252, BACK), death="2026-06-01", strategies={"death": "composite"})
    assert (row["measured"], row["measured_left"], row["measured_right"]) == ("event", 84, 168)


def test_an_event_after_the_horizon_is_not_seen(told):
    row = told("between", (504, CLEAR), rescue="2027-08-03", strategies={"rescue": "composite"})  # day 519
    assert (*_interval(row), row["reason"]) == ("censored", 504, None, "end")


def test_a_consent_withdrawn_with_its_data_leaves_no_interval(story, study_with):
    history = story(_study(study_with))
    who = history.person()
    history.sample(who, 84, CLEAR)
    history.tell(who, "consent_withdrawn", on="2026-09-01", data_use="no_further_use", reason="")
    row = history.row("endpoints", endpoint="between")
    assert (*_interval(row), row["reason"]) == ("missing", None, None, "no_further_use")


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([(84, CLEAR), (168, BACK), (252, BACK)], ("event", 168)),
        ([(84, CLEAR), (504, CLEAR), (560, CLEAR)], ("censored", 504)),
        ([(84, CLEAR), (519, BACK), (560, BACK)], ("censored", 84)),
    ],
)
def test_a_time_that_names_a_reversion_needs_no_other_time_and_ends_with_its_visit(told, samples, expected):
    row = told("seen", *samples)
    assert (row["status"], row["time"]) == expected


def test_who_died_after_the_last_negative_died_under_observation(told):
    row = told("seen", (84, CLEAR), death="2026-06-01", strategies={"death": "while_on_treatment"})
    assert (row["status"], row["time"], row["reason"]) == ("censored", 91, "death")
    row = told("seen", (84, CLEAR), death="2026-06-01", strategies={"death": "hypothetical"})
    assert (row["status"], row["time"], row["reason"]) == ("censored", 84, "end")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", ("observed", 12.0, None, None)),
        ("<2", ("missing", None, None, 2.0)),  # on the endpoint's own unit: an analysis takes the logarithm
        ("<=2", ("missing", None, None, 2.0)),
        (">1000", ("missing", None, 1000.0, None)),
        ("not detected", ("missing", None, None, 3.0)),  # below the limit of the centre
        ("unknown", ("missing", None, None, None)),
    ],
)
def test_a_bound_is_kept_as_a_bound(told, value, expected):
    row = told("titre", (336, value), name="shield")
    assert (row["status"], row["value"], row["left"], row["right"]) == expected
    if row["right"] is not None or row["left"] is not None:
        assert (row["reason"], row["measured_right"]) == ("censored", row["right"])


def test_a_masked_value_bounds_nothing(told):
    row = told("titre", (336, "<2"), doses=(300,), name="shield")
    assert (row["status"], row["reason"], row["right"]) == ("missing", "masked", None)


def test_a_composite_event_leaves_no_bound(told):
    row = told("titre", (336, "<2"), name="shield", rescue="2026-06-01", strategies={"rescue": "composite"})
    assert (row["reason"], row["left"], row["right"], row["measured_right"]) == ("rescue", None, None, 2.0)


@pytest.mark.parametrize(
    ("samples", "doses", "flagged"),
    [
        ([(336, CLEAR)], (300,), True),
        ([(336, CLEAR)], (), False),
        ([(84, CLEAR), (336, CLEAR)], (28,), False),  # an earlier masked sample decides nothing about week 48
        ([(252, BACK), (336, BACK)], (28,), False),
        ([], (300,), False),
    ],
)
def test_an_outcome_says_whether_it_rests_on_a_masked_sample(told, samples, doses, flagged):
    assert told("sustained", *samples, doses=doses)["flagged"] is flagged


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([(252, "250"), (336, "30")], ("failure", "value")),  # the next sample refutes
        ([(252, "250"), (336, "250")], ("success", "")),
        ([(252, "250"), (300, "250")], ("success", "")),  # seen twice: what comes later changes nothing
        ([(336, "250")], ("failure", "surge.unrepeated")),  # once is not twice, and nobody was called
        ([(336, "250"), (340, "250")], ("success", "")),
        ([(336, "30")], ("failure", "value")),
        ([(252, "250")], ("missing", "no_sample")),
        ([], ("missing", "no_sample")),
    ],
)
def test_where_nobody_is_called_the_next_sample_decides(story, study_with, samples, expected):
    surge = {"id": "surge", "label": "S", "variable": "enzyme", "positive": "enzyme > 200", "repeat_after": 1}
    at = 'enzyme.at("week 48")'
    seen = f"surge.confirmed or not ({at} <= 200 or {at} > 200)"
    endpoint = {
        "id": "seen_twice", "label": "S", "kind": "binary", "visit": "week 48", "variable": "enzyme",
        "decisive": "enzyme > 200", "readings": [{"id": "seen", "label": "S", "success": seen}],
    }  # fmt: skip
    estimand = {"id": "e", "label": "E", "endpoint": "seen_twice", "summary": "risk_difference", **ESTIMAND}
    study = study_with(
        endpoints__reversions=[{**surge, "calls_repeat": False}],
        endpoints__intercurrent_events=[],
        endpoints__endpoints=[endpoint],
        endpoints__estimands=[estimand],
        endpoints__analyses=[],
    )
    history = story(study)
    who = history.person()
    for on, value in samples:
        history.sample(who, on, value, "enzyme")
    assert history.outcome(who, "seen_twice", "seen") == expected
