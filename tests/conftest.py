"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evaluation data, which is not part of the project; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the evaluation data (../shared), which is absent here")
    return SHARED
