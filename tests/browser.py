"""A real browser for tests: Chromium, driven by playwright. Skipped without, or BROWSER=required.

`python -m tests.browser PAGE PICTURE` takes the screenshots that docs show.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CONTRAST = """
(selector) => {
  const parts = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (text) => {
    const [r, g, b] = parts(text).map((x) => x / 255)
      .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector(selector);
  const style = getComputedStyle(element);
  const ink = light(element instanceof SVGElement ? style.fill : style.color);
  const ground = light(getComputedStyle(document.body).backgroundColor);
  return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
}
"""
"""The contrast of text against the page, as WCAG 2 reckons it: 1 to 21."""


class Page:
    """An open page, and what it did while it opened."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        """Of anything but the page itself."""
        page.on("console", lambda message: self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: Path) -> None:
        """Open a file."""
        self._page.goto(path.resolve().as_uri())
        self.requests.remove(path.resolve().as_uri())

    def ask(self, script: str) -> Any:
        """The value of an expression."""
        return self._page.evaluate(script)

    @property
    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        width: int = self.ask(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    def contrast(self, selector: str) -> float:
        """Of the first such element's text against the page."""
        found: float = self._page.evaluate(CONTRAST, selector)
        return found

    @property
    def violations(self) -> str:
        """What axe-core finds that keeps the page from somebody, in words; empty if nothing."""
        from axe_playwright_python.sync_playwright import Axe

        results = Axe().run(self._page)
        return results.generate_report() if results.violations_count else ""

    def write(self, text: str) -> None:
        """Type a text where the keyboard is."""
        self._page.keyboard.type(text)

    def text(self, selector: str) -> str:
        """What somebody sees of the first such element."""
        found: str = self._page.inner_text(selector)
        return found

    def picture(self, path: Path, width: int, height: int) -> None:
        """What is seen of it, in a window so large."""
        self._page.set_viewport_size({"width": width, "height": height})
        self._page.screenshot(path=path)

    def saved(self, selector: str) -> str:
        """The text of the file that a click on the first such element saves."""
        with self._page.expect_download() as download:
            self._page.click(selector)
        found: str = download.value.path().read_text("utf-8")
        return found

    def reload(self) -> None:
        """Open it again, as somebody does who comes back."""
        self._page.reload()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self._page.keyboard.press(key)


class Browser:
    """A browser that runs."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    @contextmanager
    def page(
        self, path: Path, scheme: str = "light", width: int = 1000, script: bool = True
    ) -> Iterator[Page]:
        """Open a page in a window so wide, where `light` or `dark` is preferred.

        Without `script` a page's own does not run.
        """
        context = self._browser.new_context(
            color_scheme=scheme,
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
        )
        try:
            page = Page(context.new_page())
            page.open(path)
            yield page
        finally:
            context.close()

    def screenshot(self, path: Path, picture: Path, width: int = 760) -> None:
        """A picture of a whole page."""
        from PIL import Image

        with self.page(path, width=width) as page:
            page._page.screenshot(path=picture, full_page=True)
        with Image.open(picture) as image:
            image.quantize(64).save(picture, optimize=True)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start it."""
    if CHROMIUM is None:
        # A student's or TA's machine need not have one; where changes are tested it is required.
        missing = "there is no Chromium; `make browser` installs Debian's"
        pytest.fail(missing) if os.environ.get("BROWSER") == "required" else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-gpu"]  # its own sandbox does without root only
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        try:
            yield Browser(browser)
        finally:
            browser.close()


if __name__ == "__main__":
    with open_browser() as found:
        found.screenshot(Path(sys.argv[1]), Path(sys.argv[2]))
