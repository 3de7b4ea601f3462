"""Write the DDL that makes what is no table, view, type or routine."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.names import show_identifier

_OPERATOR_OPTIONS = frozenset({"COMMUTATOR", "NEGATOR", "SORTOP"})


def definition_of_other(item: CatalogObject) -> str | None:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    """The statements that make the object, without owner, privileges and comment; None where they cannot be told."""
    match item:
        case objects.Aggregate():
            return f"CREATE AGGREGATE {item.name}({item.signature or '*'}) ({_options(item.options)})"
        case objects.Operator():
            left = [] if item.left_type == "NONE" else [f"LEFTARG = {item.left_type}"]
            arguments = ", ".join([*left, f"RIGHTARG = {item.right_type}"])
            name = f"{show_identifier(item.name.schema)}.{item.name.name}"
            return f"CREATE OPERATOR {name} ({arguments}, {_options(item.options)})"
        case objects.OperatorFamily():
            return _family(item)
        case objects.OperatorClass():
            storage = [f"STORAGE {item.storage}"] if item.storage else []
            parts = ", ".join([*sorted(item.members), *storage]) or f"STORAGE {item.type}"
            default = " DEFAULT" if item.is_default else ""
            return (f"CREATE OPERATOR CLASS {item.name}{default} FOR TYPE {item.type} "
                    f"USING {show_identifier(item.access_method)} FAMILY {item.family} AS {parts}")
        case objects.Cast():
            return f"CREATE CAST {item.title} {item.method}{f' AS {item.context}' if item.context else ''}"
        case objects.Transform():
            ways = [f"{way} SQL WITH FUNCTION {function}"
                    for way, function in (("FROM", item.from_sql), ("TO", item.to_sql)) if function]
            return f"CREATE TRANSFORM {item.title} ({', '.join(ways)})"
        case objects.Collation():
            return f"CREATE COLLATION {item.name} ({', '.join(_collation(item))})"
        case objects.Conversion():
            default = "DEFAULT " if item.is_default else ""
            return (f"CREATE {default}CONVERSION {item.name} FOR {_literal(item.source_encoding)} "
                    f"TO {_literal(item.target_encoding)} FROM {item.function}")
        case objects.TextSearchParser() | objects.TextSearchTemplate():
            return f"CREATE {item.kind.upper()} {item.name} ({_options(item.options)})"
        case objects.TextSearchDictionary():
            options = f", {item.options}" if item.options else ""
            return f"CREATE TEXT SEARCH DICTIONARY {item.name} (TEMPLATE = {item.template}{options})"
        case objects.TextSearchConfiguration():
            mappings = (text.partition(": ") for text in sorted(item.mappings))
            return ";\n".join([f"CREATE TEXT SEARCH CONFIGURATION {item.name} (PARSER = {item.parser})", *(
                f"ALTER TEXT SEARCH CONFIGURATION {item.name} ADD MAPPING FOR {token} WITH {dictionaries}"
                for token, _, dictionaries in mappings)])
        case objects.EventTrigger():
            return _event_trigger(item)
        case objects.AccessMethod():
            return f"CREATE ACCESS METHOD {item.title} TYPE {item.type} HANDLER {item.handler}"
        case objects.Language():
            return _language(item)
        case objects.ForeignDataWrapper():
            words = [f"{word} {function}" for word, function in (("HANDLER", item.handler),
                                                                 ("VALIDATOR", item.validator)) if function]
            return " ".join(["CREATE FOREIGN DATA WRAPPER", item.title, *words, *_foreign_options(item.options)])
        case objects.ForeignServer():
            words = [f"{word} {_literal(text)}" for word, text in (("TYPE", item.type), ("VERSION", item.version))
                     if text]
            wrapper = f"FOREIGN DATA WRAPPER {show_identifier(item.foreign_data_wrapper)}"
            return " ".join(["CREATE SERVER", item.title, *words, wrapper, *_foreign_options(item.options)])
        case objects.UserMapping() if not any("=(hidden) " in option for option in item.options):
            role = "PUBLIC" if item.role == "public" else show_identifier(item.role)
            return " ".join([f"CREATE USER MAPPING FOR {role} SERVER {show_identifier(item.server)}",
                             *_foreign_options(item.options)])
        case objects.Publication():
            return _publication(item)
        case objects.Role():
            return ";\n".join(_role(item))
        case _:
            return None


def _family(item: objects.OperatorFamily) -> str:
    members = f";\nALTER OPERATOR FAMILY {item.title} ADD {', '.join(sorted(item.members))}" if item.members else ""
    return f"CREATE OPERATOR FAMILY {item.title}{members}"


def _collation(item: objects.Collation) -> Iterable[str]:
    yield f"PROVIDER = {item.provider}"
    for word, text in (("LOCALE", item.locale), ("LC_COLLATE", item.lc_collate), ("LC_CTYPE", item.lc_ctype),
                       ("RULES", item.rules)):
        if text is not None:
            yield f"{word} = {_literal(text)}"
    if not item.is_deterministic:
        yield "DETERMINISTIC = false"


def _event_trigger(item: objects.EventTrigger) -> str:
    tags = f"\nWHEN TAG IN ({', '.join(map(_literal, sorted(item.tags)))})" if item.tags else ""
    made = f"CREATE EVENT TRIGGER {item.title} ON {item.event}{tags}\nEXECUTE FUNCTION {item.function}()"
    if item.enabled == "yes":
        return made
    switch = "DISABLE" if item.enabled == "no" else f"ENABLE {item.enabled}"
    return f"{made};\nALTER EVENT TRIGGER {item.title} {switch}"


def _language(item: objects.Language) -> str:
    words = [f"{word} {function}" for word, function in (
        ("HANDLER", item.handler), ("INLINE", item.inline_handler), ("VALIDATOR", item.validator)) if function]
    return " ".join([f"CREATE {'TRUSTED ' if item.is_trusted else ''}LANGUAGE", item.title, *words])


def _publication(item: objects.Publication) -> str:
    subjects = [f"TABLE {_published(table)}" for table in sorted(item.tables)]
    subjects += [f"TABLES IN SCHEMA {show_identifier(schema)}" for schema in sorted(item.schemas)]
    what = " FOR ALL TABLES" if item.all_tables else f" FOR {', '.join(subjects)}" if subjects else ""
    options = [f"publish = {_literal(', '.join(sorted(item.publish)))}"]
    options += ["publish_via_partition_root = true"] if item.via_partition_root else []
    options += [f"publish_generated_columns = {item.generated_columns}"] if item.generated_columns != "none" else []
    return f"CREATE PUBLICATION {item.title}{what} WITH ({', '.join(options)})"


def _published(table: str) -> str:
    """With the parentheses that the grammar wants around a condition."""
    name, where, condition = table.partition(" WHERE ")
    return f"{name}{where}({condition})" if where and not condition.startswith("(") else table


def _role(item: objects.Role) -> Iterable[str]:
    yield " ".join(["CREATE ROLE", item.title, *sorted(item.attributes)])
    for membership in sorted(item.member_of):
        group, *options = re.split(r" WITH ", membership)
        yield f"GRANT {group} TO {item.title}{' WITH ' if options else ''}{', '.join(options)}"
    for setting in sorted(item.settings):
        name, _, value = setting.partition("=")
        yield f"ALTER ROLE {item.title} SET {name} = {_literal(value)}"


def _options(options: Iterable[str]) -> str:
    return ", ".join(map(_option, sorted(options)))


def _option(text: str) -> str:
    """As the grammar wants it: an operator is named without its arguments."""
    word, equals, value = text.partition(" = ")
    if word in _OPERATOR_OPTIONS:
        return f"{word}{equals}OPERATOR({value.rpartition('(')[0]})"
    return text


def _foreign_options(options: Iterable[str]) -> list[str]:
    pairs = (option.partition("=") for option in sorted(options))
    shown = ", ".join(f"{show_identifier(name)} {_literal(value)}" for name, _, value in pairs)
    return [f"OPTIONS ({shown})"] if shown else []


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
