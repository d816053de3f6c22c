"""A PostgreSQL database brought back to what it was: only what a test changed is put right.

A copy of the template costs the server 140 ms of processor time, this some 5. Whatever it cannot put right (a table,
trigger, function or column that is not what it was) it says, and the database is copied anew.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

FIRST_OF_OURS = 16384
"""PostgreSQL's own objects have lower numbers than any that was made later."""
USES = 50
"""What was deleted stays in the files until a database is copied anew."""
CATALOGS = ("pg_class", "pg_trigger", "pg_proc", "pg_constraint", "pg_namespace", "pg_type", "pg_extension")
LEAVE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# xmin is the transaction that wrote a row: two objects with the same one are the same as they were.
OBJECTS = " UNION ALL ".join(
    [f"SELECT tableoid, oid, xmin::text FROM {name} WHERE oid >= {FIRST_OF_OURS}" for name in CATALOGS]  # noqa: S608
    + [f"SELECT attrelid, attnum::oid, xmin::text FROM pg_attribute WHERE attrelid >= {FIRST_OF_OURS}"]  # noqa: S608
    + ["SELECT setdatabase, setrole, xmin::text FROM pg_db_role_setting"]
)
ALL_OBJECTS = f"SELECT md5(string_agg(one::text, ' ' ORDER BY one::text)) FROM ({OBJECTS}) AS one"  # noqa: S608
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"


@dataclass
class _Table:
    """What a table holds in the beginning, as COPY writes it, and how its rows lie in the file."""

    name: str
    content: bytes
    rows: str


class Again:
    """One database of one worker, between tests. Holds one connection to it."""

    def __init__(self, address: str) -> None:
        """`address`: a fresh copy nobody has touched yet, in psycopg's form."""
        self.connection = psycopg.connect(address, autocommit=True, prepare_threshold=0)
        names = [str(name) for (name,) in self.connection.execute(TABLES)]
        self._rows = sql.SQL(" UNION ALL ").join(map(_rows_of, names))
        lying = self._lying()
        self._tables = [_Table(name, self._content(name), lying[name]) for name in names]
        self._sequences = self._as_they_stand()
        self._objects = self.objects()
        self._uses = 0

    def restore(self) -> bool:
        """Everybody out, and everything as it was; False when only a new copy will do."""
        self._uses += 1
        self.connection.execute(LEAVE)
        if self._uses == USES or self.objects() != self._objects:
            return False
        self.put_right()
        return True

    def put_right(self) -> None:
        """The rows as they were; whoever is connected stays so, and has no transaction open."""
        lying = self._lying()
        changed = [table for table in self._tables if lying[table.name] != table.rows]
        with self.connection.transaction():
            # Neither foreign keys nor our own triggers against changing the record are asked.
            self.connection.execute("SET LOCAL session_replication_role = replica")
            for table in changed:
                self._put_right(table)
            self.connection.execute(self._sequences)
        if any(table.content for table in changed):
            lying = self._lying()
            for table in changed:
                table.rows = lying[table.name]

    def objects(self) -> str:
        """A mark that is another one when anything but rows was changed."""
        [(mark,)] = self.connection.execute(ALL_OBJECTS)
        return str(mark)

    def close(self) -> None:
        self.connection.close()

    def _put_right(self, table: _Table) -> None:
        self.connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
        if table.content:
            into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table.name))
            with self.connection.cursor() as cursor, cursor.copy(into) as copy:
                copy.write(table.content)

    def _content(self, name: str) -> bytes:
        out = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
        with self.connection.cursor() as cursor, cursor.copy(out) as copy:
            return b"".join(map(bytes, copy))

    def _lying(self) -> dict[str, str]:
        return {str(name): str(rows) for name, rows in self.connection.execute(self._rows)}

    def _as_they_stand(self) -> sql.Composed:
        """The statement that sets every sequence to where it stands now."""
        settings = []
        for (name,) in self.connection.execute(SEQUENCES).fetchall():
            stands = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(str(name)))
            [(last, called)] = self.connection.execute(stands)
            settings.append(sql.SQL("setval({}, {}, {})").format(sql.Literal(f'"{name}"'), last, called))
        return sql.SQL("SELECT {}").format(sql.SQL(", ").join(settings))


def _rows_of(name: str) -> sql.Composed:
    """Where the rows of a table lie and which transaction wrote each: one that was changed lies elsewhere."""
    rows = "SELECT {}, coalesce(string_agg(ctid::text || xmin::text, '' ORDER BY ctid), '') FROM {}"
    return sql.SQL(rows).format(sql.Literal(name), sql.Identifier(name))
