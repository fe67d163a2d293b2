"""The scenarios, a file for each subject; importing them lists them (scenario.scenarios)."""

from . import ingest   # noqa: F401
