"""Pages in Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import command_line
import pytest
from browser.opened import Opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="`./dev browser` installs Playwright")
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("`./dev browser` installs Chromium")
    with sync_api.sync_playwright() as playwright:
        sandbox = os.getuid() != 0  # Chromium refuses to have one for root
        browser = playwright.chromium.launch(executable_path=executable, chromium_sandbox=sandbox)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def render(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any], Path]:
    """The page of a document, by `neural report --html`."""

    def write(document: Any) -> Path:
        folder = tmp_path_factory.mktemp("report")
        (folder / "results.json").write_text(json.dumps(document))
        page = folder / "report.html"
        ended = command_line.run("report", str(folder / "results.json"), "--html", "-o", str(page))
        assert ended.returncode == 0, ended.stderr
        return page

    return write


@pytest.fixture
def show(chromium: Any, render: Callable[[Any], Path]) -> Iterator[Callable[..., Opened]]:
    """Opens the page of a document; options are those of Playwright's new_context."""
    contexts = []

    def open_page(document: Any, width: int = 1200, **options: Any) -> Opened:
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, **options))
        opened = Opened(contexts[-1].new_page(), render(document).as_uri())
        opened.page.on("console", lambda message: opened.messages.append(message.text))
        opened.page.on("pageerror", lambda error: opened.messages.append(str(error)))
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.goto(opened.address)
        return opened

    yield open_page
    for context in contexts:
        context.close()
