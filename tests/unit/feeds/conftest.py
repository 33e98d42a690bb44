"""A feed to test with."""

from __future__ import annotations

import pytest

from monitor.model import Feed


@pytest.fixture
def feed() -> Feed:
    return Feed(id="f_1", url="https://news.example/feed", name="News", family="news.example", language="es", trust=2)
