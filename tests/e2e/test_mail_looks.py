"""The e-mail in a real browser: light and dark, as wide as a desk and as narrow as a telephone; and the gallery, whole.

`MONITOR_SHOTS=folder pytest tests/e2e/test_mail_looks.py tests/e2e/test_page.py -n 0` keeps the pictures, for a person to look at.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from test_page import Tab, browser, needs_chromium

from monitor.alerts.render import as_html
from monitor.alerts.render.gallery import gallery
from monitor.alerts.render.samples import samples

ANSWERS = [
    (label, f"https://news.example/{n}")
    for n, label in enumerate(("I knew already", "wrong story", "not relevant", "important", "mute for 24 h"))
]
LOADED = "performance.getEntriesByType('resource').length"
OVER = (
    "[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1).length"
)
#: contrast of the worst pair of ink and paper, by WCAG 2.1: 4.5 is what small text needs
CONTRAST = """(() => {
  const channel = value => value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const light = text => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(value => channel(value / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const paper = one => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return Math.min(...[...document.querySelectorAll('h1, h2, p, a, span, td')].map(one => {
    const [a, b] = [light(getComputedStyle(one).color), light(paper(one))];
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  }));
})()"""


async def look(tab: Tab, url: str, width: int, *, dark: bool) -> int:
    """How light the paper is, after everything that must hold at this width was seen to hold."""
    await tab.look(width, dark=dark)
    await tab.open(url)
    assert await tab.value("document.documentElement.scrollWidth") <= width, (url, width, "scrolls sideways")
    assert await tab.value(OVER) == 0, (url, width, "something hangs over the edge")
    assert await tab.value(LOADED) == 0, "nothing is loaded"
    assert await tab.value("document.scripts.length") == 0
    assert await tab.value(CONTRAST) >= 4.5, (url, dark)
    name = f"mail-{unquote(Path(url).stem).replace(' ', '-')}-{width}-{'dark' if dark else 'light'}"
    assert len(await tab.picture(name)) > 5_000, "there is something to see"
    paper = await tab.value("getComputedStyle(document.querySelector('.card')).backgroundColor")
    return int(paper[paper.index("(") + 1 :].split(",")[0])


@needs_chromium
@pytest.mark.browser
async def test_every_mail_is_readable_at_every_width_in_light_and_dark(tmp_path: Path) -> None:
    for name, message in samples().items():
        (tmp_path / f"{name}.html").write_text(
            as_html(message, ANSWERS if message.mode != "system" else []), encoding="utf-8"
        )
    (tmp_path / "gallery.html").write_text(gallery(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        async with browser(Path(profile)) as tab:
            for name in samples():
                for width in (360, 800):
                    papers = [
                        await look(tab, (tmp_path / f"{name}.html").as_uri(), width, dark=dark)
                        for dark in (False, True)
                    ]
                    assert papers[0] > 240, "light paper is light"
                    assert papers[1] < 40, "dark paper is dark"
            await tab.open((tmp_path / "gallery.html").as_uri())
            assert await tab.value("document.querySelectorAll('iframe').length") == 3 * len(samples()) + 5
            await tab.look(1500)
            await tab.picture("gallery")
            assert await tab.value("document.documentElement.scrollWidth") == 1500
            assert tab.complaints == []
