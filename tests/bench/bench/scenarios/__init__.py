"""The scenarios, a file for each subject; importing them lists them (scenario.scenarios)."""

from . import ingest, soft_in, reset, fan_out, vpn, kernel, latency, growth, real_tables, vpn_scale   # noqa: F401
