"""A page in the browser, and what is read back from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Opened:
    """A page and what it said and asked for while it was open."""

    page: Any
    address: str
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def data(self, selector: str) -> list[dict[str, str]]:
        """The data-… of the elements, in their order."""
        return self.page.locator(selector).evaluate_all("all => all.map(each => ({...each.dataset}))")

    def boxes(self, selector: str) -> list[dict[str, float]]:
        """Where the elements are on the screen."""
        get = "all => all.map(each => each.getBoundingClientRect().toJSON())"
        return self.page.locator(selector).evaluate_all(get)
