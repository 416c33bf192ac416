// The menu on small screens. Without script it opens as the target of its link.
const menu = () => document.getElementById("k-menu");

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-k-drawer]")) {
    event.preventDefault();
    toggle(true);
  } else if (event.target.closest("[data-k-drawer-close]")) {
    event.preventDefault();
    toggle(false);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu()?.classList.contains("is-open")) toggle(false);
});

function toggle(open) {
  const side = menu();
  const opener = document.querySelector("[data-k-drawer]");
  side.classList.toggle("is-open", open);
  opener?.setAttribute("aria-expanded", String(open));
  if (location.hash === "#k-menu") history.replaceState(null, "", location.pathname + location.search);
  (open ? side.querySelector(".k-menu a") : opener)?.focus();
}
