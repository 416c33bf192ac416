"""How a page is looked at: what sticks out, what fingers miss, what axe finds, and pictures for people to look at.

``KARTOTEKA_PICTURES=folder`` writes pictures of all pages there, ``KARTOTEKA_PICTURES_LANGUAGE=lt`` in that language.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

FOLDER = os.environ.get("KARTOTEKA_PICTURES")
LANGUAGE = os.environ.get("KARTOTEKA_PICTURES_LANGUAGE", "en")
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}

TOO_SMALL = """() => {
  const fields = "main input:not([type=hidden]):not([type=checkbox]):not([type=radio]), main select, main textarea";
  const touched = `main .btn, .k-tabs a, .k-chips a, main label.form-check, ${fields}, header a, header summary`;
  return [...document.querySelectorAll(touched)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".k-skip"))
    .map((element) => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.height < 44 || box.width < 44))
    .map(([start, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${start}`);
}"""

STICKING_OUT = """() => {
  const most = document.documentElement.clientWidth;
  const hanging = [...document.querySelectorAll(".k-popup[open] *")]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().left < -1);
  const wide = document.documentElement.scrollWidth <= most ? [] : [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > most + 1);
  return [...hanging, ...wide].map((element) => element.outerHTML.slice(0, 90));
}"""

CUT_OFF = """() => [...document.querySelectorAll(".k-table-box, .table-responsive")]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => `${box.scrollWidth} in ${box.clientWidth}`)"""


_SETTLED = """([width, scheme]) => new Promise((done) => {
  const asked = () => innerWidth === width && matchMedia(`(prefers-color-scheme: ${scheme})`).matches;
  let painted = 0;
  const look = () => {
    painted = asked() ? painted + 1 : 0;
    if (painted <= 2) return requestAnimationFrame(look);
    Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))).then(() => done());
  };
  look();
})"""


def show(page: Page, size: ViewportSize, scheme: Literal["light", "dark"]) -> None:
    """Show the page in this size and colour scheme, and wait until it is painted so."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(_SETTLED, [size["width"], scheme])


_AT_THEIR_ENDS = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`.k-submit, .k-bulk { position: static !important } .k-page-actions > a.btn-primary {
    position: absolute; inset-block: ${document.documentElement.scrollHeight - 60}px auto }`);
  document.adoptedStyleSheets.push(sheet);
}"""


_SERIOUS = """async (rules) => {
  const { violations } = await axe.run({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
  return violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 160))]);
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""axe's rules about colours, the only ones that may find something else in another colour scheme."""


def serious_problems(page: Page, rules: list[str] | None = None) -> list[Any]:
    """Return what axe calls serious or critical, by all its rules or by these: the rule and what breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(_SERIOUS, rules))


def take_picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Write a picture of the page when pictures are asked for; in a ``whole`` one the bars lie at their ends."""
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        if whole:
            page.evaluate(_AT_THEIR_ENDS)
        page.screenshot(path=f"{FOLDER}/{name}.png", full_page=whole)
