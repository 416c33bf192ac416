// News goes away by itself, but not while somebody reads it or could undo with it, and errors stay.
const SECONDS = { plain: 5, undo: 12 };

export function start(toast) {
  if (toast.dataset.kStarted) return;
  toast.dataset.kStarted = "1";
  if (toast.classList.contains("k-toast-error")) return;
  let timer;
  const wait = () => {
    timer = setTimeout(() => toast.remove(), 1000 * (toast.querySelector("form") ? SECONDS.undo : SECONDS.plain));
  };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusout", wait);
  wait();
}

export function showToast(message, kind = "error") {
  const region = document.getElementById("k-toasts");
  if (!region || !message) return;
  const toast = document.createElement("div");
  toast.className = `k-toast k-toast-${kind}`;
  toast.setAttribute("role", kind === "error" ? "alert" : "status");
  const words = document.createElement("p");
  words.textContent = message;
  toast.append(words);
  region.append(toast);
  setTimeout(() => toast.remove(), 8000);
}

const startAll = () => document.querySelectorAll("[data-k-toast]").forEach(start);

document.addEventListener("DOMContentLoaded", startAll);
document.addEventListener("htmx:after:swap", startAll);
document.addEventListener("click", (event) => {
  event.target.closest("[data-k-close]")?.closest("[data-k-toast]")?.remove();
});
if (document.readyState !== "loading") startAll();
