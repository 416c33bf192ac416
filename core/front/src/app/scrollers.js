// Tables that are wider than their place can be scrolled by the keyboard too, and say what they are.
const BOXES = ".k-table-box, .table-responsive, .k-board-columns";

function nameOf(box) {
  const title = box.querySelector("caption") ?? box.closest("section, .card")?.querySelector("h2, h3") ?? document.querySelector("h1");
  return title?.textContent.trim() ?? "";
}

function settle(box) {
  if (box.scrollWidth > box.clientWidth) {
    if (box.hasAttribute("tabindex")) return;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", nameOf(box));
    box.dataset.kScrolls = "";
  } else if ("kScrolls" in box.dataset) {
    for (const name of ["tabindex", "role", "aria-label", "data-k-scrolls"]) box.removeAttribute(name);
  }
}

const watcher = new ResizeObserver((changed) => changed.forEach(({ target }) => settle(target)));

function watch() {
  document.querySelectorAll(BOXES).forEach((box) => watcher.observe(box));
}

watch();
document.addEventListener("htmx:after:swap", watch);
