"""Scripts of migrations: what a release before them may still run on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse.migration_script import Migration, parse, read

FIXTURES = Path(__file__).parents[2] / "fixtures"
POSTGRES = """
DO $EF$
BEGIN
    IF NOT EXISTS(SELECT 1 FROM "__EFMigrationsHistory" WHERE "MigrationId" = '{id}') THEN
    {sql}
    END IF;
END $EF$;
"""
SQL_SERVER = """
IF NOT EXISTS (
    SELECT * FROM [__EFMigrationsHistory]
    WHERE [MigrationId] = N'{id}'
)
BEGIN
    {sql}
END;
GO
"""


def one(sql, form=POSTGRES):
    (migration,) = read(form.format(id="20260101000000_One", sql=sql))
    return migration


def test_a_real_script():
    """As dotnet-ef writes it for Postgres, with its byte order mark."""
    text = (FIXTURES / "dotnet-ef-10.0.15-postgres.sql").read_text(encoding="utf-8")
    assert read(text) == (Migration(id="20261124014745_InitialCreate"),)


@pytest.mark.parametrize("form", [POSTGRES, SQL_SERVER])
@pytest.mark.parametrize(
    "sql",
    [
        'CREATE TABLE "shop"."Orders" ("Id" uuid NOT NULL);',
        'CREATE INDEX "IX_a" ON orders ("Id");',
        "ALTER TABLE [Orders] ADD [Note] nvarchar(max) NULL;",
        'ALTER TABLE orders ADD "Count" integer NOT NULL DEFAULT 0;',
        """CREATE TABLE t ("Id" uuid NOT NULL);
    CREATE UNIQUE INDEX "IX_t" ON t ("Id");
    ALTER TABLE t ADD CONSTRAINT "FK_t" FOREIGN KEY ("Id") REFERENCES o ("Id");""",
        "-- made by hand\n    INSERT INTO kinds (id) VALUES (1);",
        """INSERT INTO "__EFMigrationsHistory" ("MigrationId") VALUES ('x');""",
    ],
)
def test_what_only_adds(form, sql):
    """The release before runs on it."""
    assert one(sql, form).change == "additive"


@pytest.mark.parametrize("form", [POSTGRES, SQL_SERVER])
@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE orders;",
        'ALTER TABLE orders DROP COLUMN "Note";',
        'ALTER TABLE orders RENAME COLUMN "A" TO "B";',
        "EXEC sp_rename N'[Orders].[A]', N'B', 'COLUMN';",
        'ALTER TABLE orders ADD "Count" integer NOT NULL;',
        'ALTER TABLE orders ALTER COLUMN "Count" TYPE text;',
        'CREATE UNIQUE INDEX "IX_o" ON orders ("Count");',
        'ALTER TABLE orders ADD CONSTRAINT "CK" CHECK ("Count" > 0);',
        "DELETE FROM orders;",
        "UPDATE orders SET count = 0;",
        "VACUUM FULL;",
    ],
)
def test_what_may_not_be_gone_back_from(form, sql):
    """Lost data, a shape that older code does not know, and whatever is not understood."""
    migration = one(sql, form)
    assert (migration.change, migration.because) == ("destructive", (sql.rstrip(";"),))


def test_several_blocks_are_one_migration():
    """Each statement stands in a guard of its own."""
    text = "".join(
        POSTGRES.format(id=id_, sql=sql)
        for id_, sql in [
            ("1_A", "CREATE TABLE a (id int);"),
            ("1_A", "DROP TABLE b;"),
            ("2_B", "CREATE TABLE c (i int);"),
        ]
    )
    assert [(one.id, one.change) for one in read(text)] == [("1_A", "destructive"), ("2_B", "additive")]


def test_what_stands_behind_an_end_of_its_own_is_read_too():
    """A migration's own SQL may have blocks."""
    assert one("IF 1 = 1 THEN\n    CREATE TABLE a (i int);\n    END IF;\n    DROP TABLE b;").change == "destructive"


def test_the_row_of_the_step_names_them():
    """Whoever releases it wants to know before he does."""
    assert parse(POSTGRES.format(id="1_A", sql="CREATE TABLE a (i int);"), "/src").notes == ("1 migration",)
    both = "".join(POSTGRES.format(id=f"{n}_A", sql="DROP TABLE a;") for n in (1, 2, 3))
    assert parse(both, "/src").notes == ("3 migrations, destructive: 2_A, 3_A",)


@given(st.text())
def test_any_statement_is_read(sql):
    """A repository's own SQL stands in it, and none of it is forgotten: additive is only what is understood."""
    found = read(POSTGRES.format(id="1_A", sql=f"DROP TABLE t;\n{sql}"))
    assert found[0].change == "destructive"
