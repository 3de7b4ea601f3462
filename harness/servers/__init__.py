"""Get a PostgreSQL server, and databases of our own on it."""

from harness.servers.databases import Databases
from harness.servers.interface import Address, Refusal, Server, ServerProvider, ServerRefusedError
from harness.servers.select import (
    Choice,
    Extension,
    ProviderStatus,
    Survey,
    available_extensions,
    start_server,
    survey,
)

__all__ = [
    "Address",
    "Choice",
    "Databases",
    "Extension",
    "ProviderStatus",
    "Refusal",
    "Server",
    "ServerProvider",
    "ServerRefusedError",
    "Survey",
    "available_extensions",
    "start_server",
    "survey",
]
