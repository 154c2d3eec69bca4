"""Time-to-event and continuous endpoints."""


def timed(story, endpoint, *samples, doses=()):
    told = story()
    who = told.person()
    for on in doses:
        told.dose(who, on)
    for on, value in samples:
        told.sample(who, on, value)
    row = told.row("endpoints", endpoint=endpoint)
    return row["status"], row["time"]


def test_the_time_to_a_return_ends_with_its_first_positive_sample(story):
    assert timed(story, "to_relapse", (84, "<0.05"), (168, "0.2"), (336, "0.3")) == ("event", 168.0)


def test_who_did_not_return_is_censored_at_the_last_sample_that_could_show_it(story):
    assert timed(story, "to_relapse", (84, "<0.05"), (168, "<0.05")) == ("censored", 168.0)
    assert timed(story, "to_relapse", (84, "<0.05"), (168, "<0.1")) == ("censored", 84.0)
    assert timed(story, "to_relapse", (84, "<0.05"), (168, "<0.05"), doses=(86,)) == ("censored", 84.0)


def test_missing_is_never_an_event(story):
    assert timed(story, "to_relapse") == ("censored", 0.0)


def test_a_recorded_time_is_taken_as_it_is(story):
    told = story()
    who = told.person()
    told.item(who, "days", 300, "189", "week 48")
    seq = told.item(who, "relapsed", 300, "no", "week 48")
    row = told.row("endpoints", endpoint="to_end")
    assert (row["status"], row["time"], row["seq"]) == ("censored", 189.0, seq)


def test_without_a_record_of_the_event_the_time_is_missing(story):
    told = story()
    told.person()
    assert told.row("endpoints", endpoint="to_end")["status"] == "missing"


def test_a_continuous_endpoint_takes_the_value_that_stands(story):
    told = story()
    who = told.person()
    told.sample(who, 325, "40", "enzyme")
    seq = told.sample(who, 338, "31.5", "enzyme")
    row = told.row("endpoints", endpoint="level")
    assert (row["status"], row["value"], row["seq"]) == ("observed", 31.5, seq)


def test_a_bound_is_no_value(story):
    told = story()
    who = told.person()
    told.sample(who, 336, "<10", "enzyme")
    row = told.row("endpoints", endpoint="level")
    assert (row["status"], row["reason"], row["value"]) == ("missing", "censored", None)


def test_an_endpoint_of_a_plain_item_is_decided_by_that_item(story, study_with):
    endpoint = {
        "id": "well", "label": "Well", "kind": "binary", "visit": "week 48", "variable": "relapsed",
        "readings": [{"id": "well", "label": "Well", "success": 'relapsed.at("week 48") == "no"'}],
    }  # fmt: skip
    estimand = {
        "id": "e",
        "label": "E",
        "treatment": "active",
        "versus": "control",
        "endpoint": "well",
        "summary": "risk_difference",
    }
    told = story(study_with(endpoints__endpoints=[endpoint], endpoints__estimands=[estimand], endpoints__analyses=[]))
    who, other = told.person(), told.person("01-0002")
    seq = told.item(who, "relapsed", 330, "no", "week 48")
    told.item(who, "enzyme", 340, "30", "week 48")
    told.item(other, "relapsed", 84, "no", "week 12")
    row = told.row("endpoints", participant=who)
    assert (row["status"], row["seq"]) == ("success", seq)
    assert told.row("endpoints", participant=other)["status"] == "missing"


def test_who_completed_without_a_sample_has_none(story):
    told = story()
    who = told.person()
    told.tell(who, "visits_stopped", on="2027-08-01", reason="completed")
    assert told.outcome(who) == ("missing", "no_sample")
