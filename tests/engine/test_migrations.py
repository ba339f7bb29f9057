"""The gate of Entity Framework migrations, with the real tool."""

from __future__ import annotations

import pytest

from tests import apps
from tests.engine.dagger_call import dagger

pytestmark = pytest.mark.engine

MODEL = "src/Incidents.Infrastructure/Persistence/IncidentConfiguration.cs"
PENDING = "Changes have been made to the model since the last migration"


def test_a_changed_model_without_a_migration_is_red(tmp_path):
    """Green as it is; with another length of a column the migration is missing, and no test of the code sees it."""
    app = apps.incidents(tmp_path / "app")
    good = dagger(app, "build")
    app.write(MODEL, app.read(MODEL).replace("HasMaxLength(Incident.MaxTitleLength)", "HasMaxLength(77)"))
    bad = dagger(app, "build")

    assert good.code == 0, good.said
    assert "ok          api.migrations" in good.said
    assert (bad.code, PENDING in bad.said) == (1, True), bad.said
