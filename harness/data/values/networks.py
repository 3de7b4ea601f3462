"""Network addresses and geometry.

Sources: https://www.postgresql.org/docs/current/datatype-net-types.html,
https://www.postgresql.org/docs/current/datatype-geometric.html
"""

from __future__ import annotations

from harness.data.shapes import TypeShape
from harness.data.values.source import Source


def host(_: TypeShape) -> Source:
    """``inet``: a host, with the length of its network where it has one."""
    return Source(lambda number: f"192.0.{number // 256 % 256}.{number % 256}", ("192.0.2.1/24", "::1"),
                  ("0.0.0.0", "0.0.0.0/0", "255.255.255.255", "2001:db8::ff00:42:8329/64", "::ffff:1.2.3.4"),  # noqa: S104 - a value
                  lambda st: st.ip_addresses().map(str))


def network(_: TypeShape) -> Source:
    """``cidr``: a network, no bit of which is set right of its length."""
    return Source(lambda number: f"10.{number // 256 % 256}.{number % 256}.0/24", ("0.0.0.0/0", "2001:db8::/32"),
                  ("::/0", "192.0.2.1/32"), lambda st: st.ip_addresses().map(str))


def hardware(_: TypeShape) -> Source:
    """``macaddr``."""
    return Source(lambda number: _octets(number + 1, 6), ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"), (),
                  lambda st: st.integers(0, 2**48 - 1).map(lambda value: _octets(value, 6)))


def hardware8(_: TypeShape) -> Source:
    """``macaddr8``."""
    return Source(lambda number: _octets(number + 1, 8), ("00:00:00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff:ff:ff"), (),
                  lambda st: st.integers(0, 2**64 - 1).map(lambda value: _octets(value, 8)))


def _octets(value: int, count: int) -> str:
    return value.to_bytes(count, "big").hex(":")


def point(_: TypeShape) -> Source:
    """``point``."""
    return Source(lambda number: f"({number + 1},2)", ("(0,0)", "(-0.5,1e+300)"), ("(NaN,Infinity)",))


def line(_: TypeShape) -> Source:
    """``line``, as the factors of Ax + By + C = 0, of which A and B are not both zero."""
    return Source(lambda number: f"{{1,-1,{number}}}", ("{0,1,0}",), ("{1,0,-0.5}",))


def segment(_: TypeShape) -> Source:
    """``lseg``."""
    return Source(lambda number: f"[(0,0),({number + 1},1)]", ("[(0,0),(0,0)]",), ("[(-1.5,2),(3,-4)]",))


def box(_: TypeShape) -> Source:
    """``box``, stored by its upper right and lower left corners; boxes of different numbers lie apart."""
    return Source(lambda number: f"({10 * number + 1},1),({10 * number},0)", ("(0,0),(0,0)",), ("(1.5,2),(-3,-4)",))


def path(_: TypeShape) -> Source:
    """``path``, open in brackets or closed in parentheses."""
    return Source(lambda number: f"[(0,0),({number + 1},1)]", ("((0,0))",), ("((0,0),(1,1),(2,0))",))


def polygon(_: TypeShape) -> Source:
    """``polygon``."""
    return Source(lambda number: f"((0,0),({number + 1},1),(2,0))", ("((0,0))",), ("((-1,-1),(1,1),(0.5,3),(9,9))",))


def circle(_: TypeShape) -> Source:
    """``circle``; circles of different numbers lie apart."""
    return Source(lambda number: f"<({10 * number},0),1>", ("<(0,0),0>",), ("<(-1.5,2),1e+10>",))
