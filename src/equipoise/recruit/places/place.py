"""A place as a person names it, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass, field

from equipoise.recruit.places.folding import stem


@dataclass(frozen=True, slots=True)
class Place:
    """A city, a town, or a district or county of China. Names of regions and countries are as a person says them."""

    id: str
    name: str
    han: str  # its name in simplified characters, or nothing
    region: str  # state or province; of other countries the city that it lies in or is near; or nothing
    country: str
    country_han: str
    latitude: float
    longitude: float
    population: int  # 0: not known
    region_han: str = ""
    country_code: str = ""
    weight: float = field(default=0.0, compare=False)  # how likely it is meant by what was typed: about its people

    def called(self, language: str) -> str:
        """Return its name in a language, with as much around it as tells it apart."""
        if language != "zh-hans":
            if self.country.startswith(self.name):
                return self.country  # Singapore; Hong Kong SAR China
            around = (self.region if self.region != self.name else "", self.country)
            return ", ".join(part for part in (self.name, *around) if part)
        name = self.han or self.name
        if name in self.country_han:
            return self.country_han
        if self.country_code == "CN" and self.han:
            return name if stem(self.region_han) == stem(name) else f"{self.region_han}{name}"
        return f"{name}（{self.country_han}{self.region_han}）"
