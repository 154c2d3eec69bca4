"""Rules and people, generated: rules as text by the node that they must contain, people as cells of a table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from hypothesis import strategies as st

from equipoise.criteria import nodes
from equipoise.criteria.facts import Codebook, Kind, VariableType
from equipoise.criteria.nodes import Node

VARIABLES = (
    VariableType("dna", Kind.LABORATORY, "IU/mL", limit=Decimal(10), signed=True),
    VariableType("alt", Kind.LABORATORY, "U/L", signed=True),
    VariableType("weight", Kind.NUMBER, "kg", signed=True),
    VariableType("height", Kind.NUMBER, "cm", signed=True),
    VariableType("birth", Kind.DATE),
    VariableType("consent", Kind.DATE),
    VariableType("sign", Kind.CODE, codes=("negative", "positive")),
    VariableType("other_sign", Kind.CODE, codes=("positive", "negative", "not_done")),
    VariableType("note", Kind.TEXT),
    VariableType("ill", Kind.YES_NO),
    VariableType("record.confirmed", Kind.YES_NO),
    VariableType("willing", Kind.JUDGEMENT),
    VariableType("bmi", Kind.NUMBER, "kg/m²", rule="weight / (height / 100) ** 2"),
    VariableType("age", Kind.NUMBER, "years", rule="years_between(birth, consent)"),
    VariableType("fit", Kind.YES_NO, rule='sign == "negative" and willing'),
    VariableType("marker", Kind.CODE, rule="sign"),
)
CODEBOOK: Codebook = {variable.name: variable for variable in VARIABLES}

_numbers = st.sampled_from(["0", "1", "2", "5", "9.99", "10", "10.01", "18", "28", "0.05", "170", "1.7", "80.92", "-3"])
_days = st.sampled_from(["1985-06-17", "1985-06-18", "1985-07-17", "2003-02-28", "2003-08-31", "2004-02-29", "1985-12"])
_signs = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
_numeric = ("dna", "alt", "weight", "height", "bmi", "age")
_dates = ("birth", "consent")
_yes_no = ("ill", "record.confirmed", "willing", "fit")


def _pick(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    def selected(name: str) -> st.SearchStrategy[str]:
        derived = CODEBOOK[name].rule is not None
        ways = ["", "", ""] if derived else ["", "", ".last", ".first", '.at("week 12")']
        return st.sampled_from([name + way for way in ways])

    return st.sampled_from(names).flatmap(selected)


def _literal(depth: int) -> st.SearchStrategy[str]:
    return _numbers


def _ref(depth: int) -> st.SearchStrategy[str]:
    return _pick(("dna", "alt", "weight", "height"))


def _derived(depth: int) -> st.SearchStrategy[str]:
    return st.sampled_from(["bmi", "age"])


def _arithmetic(depth: int) -> st.SearchStrategy[str]:
    parts = number(depth - 1)
    made = st.builds("({} {} {})".format, parts, st.sampled_from(["+", "-", "*"]), parts)
    return made | st.builds("({} / {})".format, parts, _pick(_numeric) | st.sampled_from(["2", "100"]))


def _power(depth: int) -> st.SearchStrategy[str]:
    return st.builds("({}) ** {}".format, number(depth - 1), st.integers(1, 3))


def _negate(depth: int) -> st.SearchStrategy[str]:
    return st.builds("-({})".format, _pick(_numeric))


def _years(depth: int) -> st.SearchStrategy[str]:
    return st.builds("years_between({}, {})".format, day(depth - 1), day(depth - 1))


def _count(depth: int) -> st.SearchStrategy[str]:
    return st.builds("count({})".format, _condition(judged=False))


def number(depth: int) -> st.SearchStrategy[str]:
    """A number."""
    if depth <= 0:
        return _ref(0) | _literal(0)
    return st.one_of(
        *(make(depth) for make in (_ref, _literal, _derived, _arithmetic, _power, _negate, _years, _count))
    )


def _day(depth: int) -> st.SearchStrategy[str]:
    return _days.map('"{}"'.format)


def _shift(depth: int) -> st.SearchStrategy[str]:
    unit = st.sampled_from(["months", "weeks", "days", "years"])
    return st.builds("({} {} {} * {})".format, day(depth - 1), st.sampled_from("+-"), st.integers(0, 30), unit)


def _first_date(depth: int) -> st.SearchStrategy[str]:
    return st.builds("first_date({})".format, _condition(judged=False))


def day(depth: int) -> st.SearchStrategy[str]:
    """A date."""
    if depth <= 0:
        return _pick(_dates)
    return st.one_of(_pick(_dates), _pick(_dates), _shift(depth), _first_date(depth))


def _compare(depth: int) -> st.SearchStrategy[str]:
    numbers = st.builds("{} {} {}".format, _pick(_numeric), _signs, number(depth))
    ratio = st.builds("{} {} {}".format, number(depth), _signs, _numbers)
    chain = st.builds("{} <= {} < {}".format, _numbers, number(depth - 1), _numbers)
    dates = st.builds("{} {} {}".format, day(depth), _signs, day(depth) | _day(0))
    apart = st.builds("{} - {} {} {} * months".format, day(0), day(0), _signs, st.integers(0, 240))
    return st.one_of(numbers, ratio, chain, dates, apart).map("({})".format)


def _among(depth: int) -> st.SearchStrategy[str]:
    codes = st.sampled_from(
        ['sign == "negative"', 'other_sign in ("negative", "not_done")', 'sign.first != "positive"']
    )
    answers = st.builds(
        '{} {} "{}"'.format, _pick(_yes_no), st.sampled_from(["==", "!="]), st.sampled_from(["yes", "no"])
    )
    return st.one_of(_pick(_yes_no), answers, codes, st.just('note == "x"'), st.just('marker not in ["negative"]'))


def _same(depth: int) -> st.SearchStrategy[str]:
    return st.sampled_from(["sign == other_sign", "sign != marker", "ill == willing", "willing == willing.first"])


def _known(depth: int) -> st.SearchStrategy[str]:
    return st.builds("known({})".format, st.one_of(_pick(tuple(CODEBOOK)), number(depth - 1), day(depth - 1)))


def _not(depth: int) -> st.SearchStrategy[str]:
    return truth(depth - 1).map("(not {})".format)


def _and(depth: int) -> st.SearchStrategy[str]:
    return st.lists(truth(depth - 1), min_size=2, max_size=3).map(" and ".join).map("({})".format)


def _or(depth: int) -> st.SearchStrategy[str]:
    return st.lists(truth(depth - 1), min_size=2, max_size=3).map(" or ".join).map("({})".format)


def _condition(*, judged: bool) -> st.SearchStrategy[str]:
    plain = [
        'sign == "positive"', "dna >= 10", "10 <= dna / 2 < 50", "not ill", "known(alt)", "weight > 80.92", "dna == dna",
        "birth + 6 * months > birth", 'note in ("x", "y")', "alt ** 2 > 100", "known(sign) or sign == 'negative'",
    ]  # fmt: skip
    return st.sampled_from([*plain, "willing", "not willing or known(willing)"] if judged else plain)


def _any_of(depth: int) -> st.SearchStrategy[str]:
    return _condition(judged=True).map("any_of({})".format)


def _every(depth: int) -> st.SearchStrategy[str]:
    return _condition(judged=True).map("every({})".format)


STRATEGIES: dict[type[Node], Callable[[int], st.SearchStrategy[str]]] = {
    nodes.Number: _literal,
    nodes.Day: _day,
    nodes.Ref: _ref,
    nodes.Derived: _derived,
    nodes.Arithmetic: _arithmetic,
    nodes.Power: _power,
    nodes.Negate: _negate,
    nodes.Shift: _shift,
    nodes.YearsBetween: _years,
    nodes.Compare: _compare,
    nodes.Among: _among,
    nodes.Same: _same,
    nodes.Known: _known,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Not: _not,
    nodes.AnyOf: _any_of,
    nodes.Every: _every,
    nodes.Count: _count,
    nodes.FirstDate: _first_date,
}
_TRUTHS = (
    nodes.Compare,
    nodes.Among,
    nodes.Same,
    nodes.Known,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.AnyOf,
    nodes.Every,
)


def truth(depth: int) -> st.SearchStrategy[str]:
    """A yes-or-no rule."""
    simple = (nodes.Compare, nodes.Among)
    return st.one_of(*(STRATEGIES[node](depth) for node in (_TRUTHS if depth > 0 else simple)))


def rule_with(node: type[Node]) -> st.SearchStrategy[str]:
    """A yes-or-no rule that contains a node."""
    made = STRATEGIES[node](2)
    if node in _TRUTHS:
        return made
    if node in (nodes.Day, nodes.Shift, nodes.FirstDate):
        return st.builds("consent {} {}".format, _signs, made)
    return st.builds("dna {} {}".format, _signs, made)


_missing = st.sampled_from(["", "unknown", "declined"])
_results = st.sampled_from(
    ["0", "5", "10", "<10", "<=10", "<5", ">10", ">=10", "≤10", "＜5", "5×10^2", "1.2E+03", "未检出", "not detected",
     "<20", "0.05", "10.01", "9.99", ">1000", "28", " 10 ", "1e1", "10.00000000000000"]
)  # fmt: skip
_CELLS: dict[str, st.SearchStrategy[str]] = {
    "dna": _results,
    "alt": _results,
    "weight": st.sampled_from(["80.92", "81", "0", "2", "20.23", "-3"]),
    "height": st.sampled_from(["170", "1.7", "85", "0", "100", "-170"]),
    "birth": _days | st.sampled_from(["1985", "1985-06", "2003", "1984-02-29"]),
    "consent": _days | st.sampled_from(["2003", "2003-08", "2003-06-17", "2003-06-16"]),
    "sign": st.sampled_from(["negative", "positive", "Negative"]),
    "other_sign": st.sampled_from(["negative", "positive", "not_done"]),
    "note": st.sampled_from(["x", "y"]),
    "ill": st.sampled_from(["yes", "no"]),
    "record.confirmed": st.sampled_from(["yes", "no", "YES"]),
    "willing": st.sampled_from(["yes", "no"]),
}


def person() -> st.SearchStrategy[dict[str, str]]:
    """A row of a table of people, as text."""
    return st.fixed_dictionaries({name: cell | cell | _missing for name, cell in _CELLS.items()})
