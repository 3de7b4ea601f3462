"""Get a PostgreSQL server, and databases of our own on it."""

from harness.servers.databases import Databases
from harness.servers.interface import Address, Refusal, Server, ServerProvider, ServerRefusedError
from harness.servers.programs import find_program
from harness.servers.reading import ReadOnly, open_read_only
from harness.servers.select import (
    Choice,
    Extension,
    ProviderStatus,
    Survey,
    available_extensions,
    may_be_on_a_socket,
    start_server,
    survey,
)
from harness.servers.url import looks_like_url

__all__ = [
    "Address",
    "Choice",
    "Databases",
    "Extension",
    "ProviderStatus",
    "ReadOnly",
    "Refusal",
    "Server",
    "ServerProvider",
    "ServerRefusedError",
    "Survey",
    "available_extensions",
    "find_program",
    "looks_like_url",
    "may_be_on_a_socket",
    "open_read_only",
    "start_server",
    "survey",
]
