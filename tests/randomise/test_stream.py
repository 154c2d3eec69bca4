"""The stream: known answers, no bias, no two purposes alike, and no secret in a repr."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from equipoise.randomise.secret import check_commitment, commitment, derive_secret
from equipoise.randomise.stream import Stream, encoded

SECRET = bytes(range(32))


def test_the_stream_is_hmac_in_counter_mode() -> None:
    key = hmac.new(SECRET, encoded("S", "simple", "", "1"), hashlib.sha256).digest()
    first = hmac.new(key, bytes(8), hashlib.sha256).digest()
    second = hmac.new(key, bytes(7) + b"\x01", hashlib.sha256).digest()
    stream = Stream(SECRET, "S", "simple", "", "1")
    assert stream.take(5) + stream.take(40) == (first + second)[:45]


def test_known_bytes() -> None:
    assert Stream(SECRET, "S", "simple", "", "1").take(8).hex() == "3bab30e34a01130b"
    assert commitment(SECRET, "S") == "ff56b72d91c602f9947a091bf5e68c2f2031bb57489dafd3b215a25d10b71e7c"
    assert derive_secret(7, "S").hex() == "bde499554dd11cb5d046a7467bd805e75018829a03025eb104e48d5c2643a892"


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
@settings(max_examples=100, deadline=None)
def test_two_lists_of_texts_never_share_an_encoding(left: list[str], right: list[str]) -> None:
    assert (encoded(*left) == encoded(*right)) == (left == right)


def test_where_one_text_ends_matters() -> None:
    assert encoded("ab", "c") != encoded("a", "bc")


@pytest.mark.parametrize("bound", [2, 3, 5, 6, 7, 100, 200, 256])
def test_numbers_are_uniform(bound: int) -> None:
    stream = Stream(SECRET, "uniform", str(bound))
    draws = 200 * bound
    counts = Counter(stream.below(bound) for _ in range(draws))
    assert set(counts) == set(range(bound))
    statistic = sum((count - 200) ** 2 / 200 for count in counts.values())
    assert chi2.sf(statistic, bound - 1) > 0.001


def test_a_number_of_the_last_incomplete_stretch_is_thrown_away() -> None:
    # Under the remainder alone 0..55 would come twice as often as 56..199.
    stream = Stream(SECRET, "modulo", "200")
    counts = Counter(stream.below(200) for _ in range(40_000))
    low = sum(counts[number] for number in range(56)) / 40_000
    assert abs(low - 56 / 200) < 0.01


def test_a_single_choice_reads_nothing_and_none_is_refused() -> None:
    stream, untouched = Stream(SECRET, "x"), Stream(SECRET, "x")
    assert stream.below(1) == 0
    assert stream.take(4) == untouched.take(4)
    with pytest.raises(ValueError, match="no integer below 0"):
        stream.below(0)


@pytest.mark.parametrize("bound", [257, 65_536, 65_537, 10**12])
def test_large_bounds_are_reached(bound: int) -> None:
    stream = Stream(SECRET, "large")
    drawn = [stream.below(bound) for _ in range(300)]
    assert all(0 <= number < bound for number in drawn)
    assert max(drawn) > bound * 0.9
    assert min(drawn) < bound * 0.1


def test_every_order_of_a_shuffle_is_equally_likely() -> None:
    orders = list(permutations(range(4)))
    counts = Counter(Stream(SECRET, "shuffle", str(number)).shuffled(range(4)) for number in range(200 * len(orders)))
    assert set(counts) == set(orders)
    statistic = sum((counts[order] - 200) ** 2 / 200 for order in orders)
    assert chi2.sf(statistic, len(orders) - 1) > 0.001


def test_a_secret_never_prints() -> None:
    stream = Stream(SECRET, "S")
    stream.take(1)
    for shown in (repr(stream), str(stream)):
        assert SECRET.hex() not in shown
        assert "\\x" not in shown


def test_a_secret_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 3"):
        commitment(b"abc", "S")


def test_a_commitment_binds_to_secret_and_study() -> None:
    made = commitment(SECRET, "S")
    assert check_commitment(SECRET, "S", made) is None
    for secret, study in ((derive_secret(1, "S"), "S"), (SECRET, "T")):
        problem = check_commitment(secret, study, made)
        assert problem is not None
        assert problem.code == "randomise.other-secret"


def test_simulated_secrets_differ_by_seed_and_study() -> None:
    assert len({derive_secret(seed, study) for seed in (1, 2, 11) for study in ("S", "T")}) == 6
