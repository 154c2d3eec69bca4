"""The allocation written a second time, from docs/explanation/allocation.md alone: slow, plain, without the product."""

from __future__ import annotations

import hashlib
import hmac
from fractions import Fraction


def encoding(*texts: str) -> bytes:
    out = b""
    for text in ("equipoise-allocation-1", *texts):
        raw = text.encode("utf-8")
        out += len(raw).to_bytes(4, "big") + raw
    return out


def key_of(secret: bytes, *texts: str) -> bytes:
    return hmac.new(secret, encoding(*texts), hashlib.sha256).digest()


def stream_of(secret: bytes, *texts: str):
    key, counter = key_of(secret, *texts), 0
    while True:
        yield from hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha256).digest()
        counter += 1


def number_below(stream, n: int) -> int:
    width = 0
    while 256**width < n:
        width += 1
    while True:
        number = 0
        for _ in range(width):
            number = number * 256 + next(stream)
        limit = 256**width // n * n
        if number < limit:
            return number % n


def shuffle(stream, items: list) -> list:
    items = list(items)
    for place in range(len(items), 1, -1):
        other = number_below(stream, place)
        items[place - 1], items[other] = items[other], items[place - 1]
    return items


def choice(stream, weights: dict) -> str:
    number = number_below(stream, sum(weights.values()))
    for arm, weight in weights.items():
        number -= weight
        if number < 0:
            return arm
    raise AssertionError


def simple(secret: bytes, study: str, ratio: dict, people: list) -> list:
    return [choice(stream_of(secret, study, "simple", "", str(slot)), ratio) for slot in range(1, len(people) + 1)]


def permuted_blocks(secret: bytes, study: str, ratio: dict, *, sizes: tuple, factors: tuple, people: list) -> list:
    queues: dict[str, list] = {}
    blocks: dict[str, int] = {}
    arms = []
    for person in people:
        stratum = ";".join(factor + "=" + person[factor] for factor in factors)
        if not queues.get(stratum):
            blocks[stratum] = blocks.get(stratum, 0) + 1
            stream = stream_of(secret, study, "permuted_blocks", stratum, str(blocks[stratum]))
            size = sizes[number_below(stream, len(sizes))]
            content: list[str] = []
            while len(content) < size:
                for arm, share in ratio.items():
                    content += [arm] * share
            queues[stratum] = shuffle(stream, content)
        arms.append(queues[stratum].pop(0))
    return arms


def minimisation(secret: bytes, study: str, ratio: dict, *, factors: tuple, probability: str, people: list) -> list:
    chance = Fraction(probability)
    arms: list[str] = []
    for slot, person in enumerate(people, start=1):
        imbalance = {}
        for candidate in ratio:
            imbalance[candidate] = Fraction(0)
            for factor in factors:
                counts = dict.fromkeys(ratio, 0)
                for earlier, arm in zip(people, arms, strict=False):
                    if earlier[factor] == person[factor]:
                        counts[arm] += 1
                counts[candidate] += 1
                scaled = [Fraction(counts[arm], share) for arm, share in ratio.items()]
                imbalance[candidate] += max(scaled) - min(scaled)
        stream = stream_of(secret, study, "minimisation", "", str(slot))
        least = min(imbalance.values())
        preferred = choice(stream, {arm: share if imbalance[arm] == least else 0 for arm, share in ratio.items()})
        a, b = chance.numerator, chance.denominator
        whole = b * (sum(ratio.values()) - min(ratio.values()))
        weights = {arm: (b - a) * share for arm, share in ratio.items() if arm != preferred}
        weights[preferred] = whole - sum(weights.values())
        arms.append(choice(stream, {arm: weights[arm] for arm in ratio}))
    return arms


def seal(secret: bytes, text: str, *place: str) -> bytes:
    key = key_of(secret, *place)
    filled = text.encode() + bytes(64 - len(text))
    tag = hmac.new(key, b"tag" + filled, hashlib.sha256).digest()[:16]
    pad = b"".join(hmac.new(key, b"pad" + tag + bytes([i]), hashlib.sha256).digest() for i in (0, 1))
    return tag + bytes(x ^ y for x, y in zip(filled, pad, strict=True))


def kits(secret: bytes, study: str, product: str, numbers: list, ratio: dict) -> dict:
    stream = stream_of(secret, study, "kits", product, *numbers)
    one_set = [arm for arm, share in ratio.items() for _ in range(share)]
    rest = shuffle(stream, one_set)[: len(numbers) % len(one_set)]
    contents = one_set * (len(numbers) // len(one_set)) + rest
    return dict(zip(numbers, shuffle(stream, contents), strict=True))
