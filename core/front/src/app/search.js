// Quick search: suggestions below the field, walked with the arrow keys. Enter without a choice opens the list.
const field = () => document.getElementById("k-search");
const box = () => document.getElementById("k-suggestions");
const options = () => [...box().querySelectorAll("[role=option]:not([aria-disabled])")];

function show(visible) {
  if (!box() || !field()) return;
  box().hidden = !visible;
  field().setAttribute("aria-expanded", String(visible));
  if (!visible) choose(-1);
}

function choose(index) {
  const found = options();
  found.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
  const chosen = found[index];
  if (chosen) {
    field().setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else {
    field().removeAttribute("aria-activedescendant");
  }
}

const chosen = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

document.addEventListener("htmx:after:swap", () => {
  if (box()?.children.length && document.activeElement === field()) show(field().value.trim() !== "");
});

document.addEventListener("input", (event) => {
  if (event.target === field() && !field().value.trim()) show(false);
});

document.addEventListener("focusin", (event) => {
  if (event.target === field() && box()?.children.length && field().value.trim()) show(true);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest(".k-search")) show(false);
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || !box() || box().hidden) return;
  const count = options().length;
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(chosen() < 0 ? (step > 0 ? 0 : count - 1) : (chosen() + step + count) % count);
  } else if (event.key === "Enter" && chosen() >= 0) {
    event.preventDefault();
    options()[chosen()].click();
  } else if (event.key === "Escape" || event.key === "Tab") {
    if (event.key === "Escape") event.stopImmediatePropagation();
    show(false);
  }
});
