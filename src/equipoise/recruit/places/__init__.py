"""Where a place is: a gazetteer that is read from this folder, so that nobody outside learns who looks for what.

The data are GeoNames' (https://www.geonames.org, CC BY 4.0), shrunk by ``docs/make_gazetteer.py``.
"""

from __future__ import annotations

from equipoise.recruit.places.finding import MOST, by_id, chosen, find, obvious
from equipoise.recruit.places.place import Place

__all__ = ["MOST", "Place", "by_id", "chosen", "find", "obvious"]
