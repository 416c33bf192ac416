// Menus made of <details>: close when something else is used, and give the focus back on Esc.
const open = () => document.querySelectorAll("details.k-popup[open]");

document.addEventListener("click", (event) => {
  open().forEach((popup) => {
    if (!popup.contains(event.target)) popup.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  open().forEach((popup) => {
    popup.open = false;
    popup.querySelector("summary")?.focus();
    event.stopImmediatePropagation();
  });
});

document.addEventListener("keydown", (event) => {
  const popup = event.target.closest?.("details.k-popup[open]");
  if (!popup || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const items = [...popup.querySelectorAll(".k-popup-body a, .k-popup-body button")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = (items.indexOf(document.activeElement) + step + items.length) % items.length;
  event.preventDefault();
  items[next]?.focus();
});
