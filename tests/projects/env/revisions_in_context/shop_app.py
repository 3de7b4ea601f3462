from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class App:
    database_url: str


current_app: ContextVar[App] = ContextVar("current_app")
tables: list[str] = []
