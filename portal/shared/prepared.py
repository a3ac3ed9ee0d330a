"""Queries whose SQL is made once a process, for what every request and every message asks.

Django makes the SQL of a query anew each time, which takes far longer than a database needs to
answer it. ``prepared`` has it made at the first call, with marks in the place of the arguments, and
afterwards only fills in values: the SQL stays Django's own, for the database in use.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import ModelIterable, QuerySet, get_related_populators

Row = TypeVar("Row")
Adapt = Callable[[Any, BaseDatabaseWrapper], Any]


class prepared(Generic[Row]):  # noqa: N801  a decorator
    """Turns a function that returns a queryset into one that returns its rows, as a list.

    The function takes whole numbers, texts, UUIDs and moments, never None, and each must go into
    the SQL as it is: what it returns may not differ by them in shape. Rows are instances (with
    ``select_related`` and annotations) or tuples (``values_list``). Raises ValueError at the first
    call for an argument that does not come up in the SQL.
    """

    def __init__(self, make: Callable[..., "QuerySet[Any, Row]"]) -> None:
        self._make = make
        self._plans: dict[str, _Plan] = {}
        self.__doc__ = make.__doc__

    def __call__(self, *args: Any) -> list[Row]:
        """Return the rows for these arguments."""
        connection = connections["default"]
        plan = self._plans.get(connection.vendor)
        if plan is None:
            plan = self._plans[connection.vendor] = _Plan(self._make, args)
        return plan.rows(args, connection)

    def first(self, *args: Any) -> Row | None:
        """Return the first row for these arguments; None if there is none."""
        rows = self(*args)
        return rows[0] if rows else None


class _Plan:
    """The SQL of one query, where its arguments go, and how its rows are read."""

    def __init__(self, make: Callable[..., "QuerySet[Any, Any]"], args: Sequence[Any]) -> None:
        marks = [_mark(place, value) for place, value in enumerate(args)]
        queryset = make(*marks)
        connection = connections[queryset.db]
        compiler = queryset.query.get_compiler(queryset.db)
        self._sql, params = compiler.as_sql()
        self._params = [_source(param, marks, connection) for param in params]
        named = {source for source, _ in self._params if isinstance(source, int)}
        if named != set(range(len(args))):
            raise ValueError("an argument does not come up in the SQL of a prepared query")
        self._converters = compiler.get_converters([select[0] for select in compiler.select])
        self._is_model = issubclass(queryset._iterable_class, ModelIterable)
        if self._is_model:
            self._read_models(compiler, queryset.db)

    def _read_models(self, compiler: Any, using: str) -> None:
        info, select = compiler.klass_info, compiler.select
        self._using, self._model = using, info["model"]
        fields = info["select_fields"]
        self._start, self._stop = fields[0], fields[-1] + 1
        self._names = [field[0].target.attname for field in select[self._start : self._stop]]
        self._annotations = compiler.annotation_col_map
        self._related = get_related_populators(info, select, using)

    def rows(self, args: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        """Ask and return the rows."""
        values = [
            adapt(args[source], connection) if isinstance(source, int) else source.value
            for source, adapt in self._params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            found = cursor.fetchall()
        if self._converters and found:
            found = [self._converted(row, connection) for row in found]
        return list(self._instances(found)) if self._is_model else found

    def _converted(self, row: Sequence[Any], connection: BaseDatabaseWrapper) -> tuple[Any, ...]:
        values = list(row)
        for place, (converters, expression) in self._converters.items():
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return tuple(values)

    def _instances(self, rows: list[Any]) -> Iterator[Any]:
        for row in rows:
            thing = self._model.from_db(self._using, self._names, row[self._start : self._stop])
            for populator in self._related:
                populator.populate(row, thing)
            for name, place in self._annotations.items():
                setattr(thing, name, row[place])
            yield thing


class _Constant:
    """A parameter that is the same at every call."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _mark(place: int, value: Any) -> Any:
    """Return a value of the same kind that nothing else in a query has."""
    if type(value) is int:
        return 2_147_400_000 + place
    if isinstance(value, str):
        return f"\ufdd0{place}\ufdd0"
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=(0xFDD0 << 112) + place)
    if isinstance(value, datetime):
        return datetime(9999, 1, 1, second=place, tzinfo=UTC)
    raise ValueError(f"a prepared query takes no {type(value).__name__}")


def _same(value: Any, connection: BaseDatabaseWrapper) -> Any:
    return value


def _hex(value: uuid.UUID, connection: BaseDatabaseWrapper) -> str:
    return value.hex


def _moment(value: datetime, connection: BaseDatabaseWrapper) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _of_kind(kind: type[int]) -> Adapt:
    return lambda value, connection: kind(value)


_BY_KIND: dict[type, tuple[Adapt, ...]] = {
    uuid.UUID: (_same, _hex), datetime: (_same, _moment), int: (_same,), str: (_same,),
}  # fmt: skip


def _source(
    param: Any, marks: Sequence[Any], connection: BaseDatabaseWrapper
) -> tuple[int | _Constant, Adapt]:
    """Return the place of the argument a parameter stands for, and how its value is written."""
    for place, mark in enumerate(marks):
        for adapt in _BY_KIND[type(mark)]:
            written = adapt(mark, connection)
            if type(written) is type(param) and written == param:
                return place, adapt
            if isinstance(param, int) and param == written:  # psycopg: Int4, Int8
                return place, _of_kind(type(param))
    return _Constant(param), _same


# writing
_inserts: dict[tuple[str, type[models.Model]], tuple[str, list[Any]]] = {}


def insert(row: models.Model) -> None:
    """Store a new row as ``save(force_insert=True)`` does, without signals, and set its key.

    For models whose key the database numbers.
    """
    model = type(row)
    connection = connections[router.db_for_write(model)]
    if (connection.vendor, model) not in _inserts:
        _inserts[connection.vendor, model] = _insert_plan(model, connection)
    sql, fields = _inserts[connection.vendor, model]
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias


def _insert_plan(
    model: type[models.Model], connection: BaseDatabaseWrapper
) -> tuple[str, list[Any]]:
    quote, meta = connection.ops.quote_name, model._meta
    fields = [field for field in meta.local_concrete_fields if field is not meta.pk]
    names = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    key = quote(meta.pk.column)
    sql = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({places}) RETURNING {key}"  # noqa: S608
    return sql, fields
