// Light, dark or the device's own look: shown at once, saved in the background.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-k-theme-form]");
  const chosen = event.submitter?.value;
  if (!form || !chosen) return;
  event.preventDefault();
  show(chosen);
  form.querySelectorAll("button[name=theme]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  });
  const data = new FormData(form);
  data.set("theme", chosen);
  fetch(form.action, { method: "POST", body: new URLSearchParams(data), redirect: "manual" });
});

function show(theme) {
  const root = document.documentElement;
  root.dataset.kTheme = theme;
  if (theme === "system") root.removeAttribute("data-bs-theme");
  else root.setAttribute("data-bs-theme", theme);
  document.querySelector("meta[name=color-scheme]")?.setAttribute("content", theme === "system" ? "light dark" : theme);
  document.dispatchEvent(new CustomEvent("k:theme"));
}
