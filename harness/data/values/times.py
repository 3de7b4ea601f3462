"""Dates, times and spans.

Source: https://www.postgresql.org/docs/current/datatype-datetime.html
"""

from __future__ import annotations

import datetime as dt

from harness.data.shapes import TypeShape
from harness.data.values.source import Source

_START = dt.datetime(2024, 1, 15, 9, 30)  # noqa: DTZ001 - a text without a zone is what is made of it


def date(_: TypeShape) -> Source:
    """``date``."""
    return Source(lambda number: (_START + dt.timedelta(days=number)).date().isoformat(),
                  ("infinity", "0044-03-15 BC", "9999-12-31", "2024-02-29"),
                  ("-infinity", "0001-01-01", "1970-01-01", "294276-12-31", "1582-10-10", "1900-01-01"),
                  lambda st: st.dates().map(dt.date.isoformat))


def timestamp(shape: TypeShape) -> Source:
    """``timestamp`` with and without time zone."""
    zone = "+00" if shape.name.name == "timestamptz" else ""
    telling = (f"2024-03-31 02:30:00.123456{zone}", "infinity", f"0044-03-15 12:00:00{zone} BC",
               f"9999-12-30 23:59:59.999999{zone}")
    odd = ("-infinity", f"1970-01-01 00:00:00{zone}", f"2024-02-29 23:59:59{zone}", f"1901-12-13 20:45:52{zone}",
           f"2038-01-19 03:14:08{zone}", f"0001-01-01 00:00:00{zone}", f"2024-01-15 00:00:00{zone}")
    zoned = ("2024-06-15 12:00:00+05:45", "2024-01-15 12:00:00-11") if zone else ()
    return Source(lambda number: f"{_START + dt.timedelta(days=number, minutes=number)}{zone}", telling, zoned + odd,
                  lambda st: st.datetimes().map(lambda value: f"{value.isoformat()}{zone}"))


def time(shape: TypeShape) -> Source:
    """``time`` with and without time zone."""
    zone = "+02" if shape.name.name == "timetz" else ""
    far = ("12:00:00-11:30",) if zone else ()
    return Source(lambda number: f"{(_START + dt.timedelta(minutes=number)).time()}{zone}",
                  (f"00:00:00{zone}", f"24:00:00{zone}", f"23:59:59.999999{zone}"), (f"12:34:56.789{zone}", *far),
                  lambda st: st.times().map(lambda value: f"{value.isoformat()}{zone}"))


def interval(_: TypeShape) -> Source:
    """``interval``, whose months, days and microseconds do not convert into each other."""
    odd = ("-1 year -2 mons +3 days -04:05:06.789", "178000000 years", "30 days", "24:00:00", "-00:00:00.000001")
    return Source(lambda number: f"{number + 1} days", ("00:00:00", "1 mon", "1 year 2 mons 3 days 04:05:06.789"), odd,
                  lambda st: st.integers(-(10**6), 10**6).map(lambda seconds: f"{seconds} seconds"))
