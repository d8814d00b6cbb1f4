"""From a figure of a year to the bills behind it, where the list of bills can be asked for them."""

from calendar import monthrange

from django.urls import reverse
from django.utils.http import urlencode

from tongchou.insight.whatif.desk import Desk


def bills_url(desk: Desk, dimension: str = "", code: str = "") -> str:
    """Return the list of the standing bills of a value, or of the whole year; "" where none is."""
    assert desk.stock is not None
    year = desk.stock.year
    asked = {
        "scheme": desk.version.scheme,
        "state": "settled",
        "day_from": f"{year}-01-01",
        "day_to": f"{year}-12-31",
    }
    if dimension == "month":
        last = monthrange(year, int(code))[1]
        asked |= {"day_from": f"{year}-{code}-01", "day_to": f"{year}-{code}-{last:02d}"}
    elif dimension == "institution" and code:
        asked["institution"] = code
    elif dimension:
        return ""
    return f"{reverse('bills:list')}?{urlencode(asked)}"
