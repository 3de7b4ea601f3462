"""An exception is told by the name of its type, with the module where the name alone says nothing."""

import binascii
import zlib

import psycopg
import pytest

from harness.worker.failures import describe


@pytest.mark.parametrize(("error", "name"), [
    (zlib.error("no header"), "zlib.error"), (binascii.Error("odd"), "binascii.Error"), (ValueError("x"), "ValueError"),
    (psycopg.Error("x"), "Error"),
])
def test_it_is(error, name):
    assert describe(error).type_name == name
