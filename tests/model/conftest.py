"""The nursery of the crash tests is of use here too."""

from __future__ import annotations

from tests.crash.conftest import nursery

__all__ = ["nursery"]
