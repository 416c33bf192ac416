// A thin line on top when something takes longer than 300 ms; a message when no answer comes at all.
import { text } from "./texts.js";
import { showToast } from "./toasts.js";

const PATIENCE = 300;
let running = 0;
let timer = null;

const line = () => document.getElementById("k-pending");

function begin() {
  running += 1;
  timer ??= setTimeout(() => line() && (line().hidden = false), PATIENCE);
}

function end() {
  running = Math.max(0, running - 1);
  if (running) return;
  clearTimeout(timer);
  timer = null;
  if (line()) line().hidden = true;
}

document.addEventListener("htmx:before:request", begin);
document.addEventListener("htmx:finally:request", end);
document.addEventListener("htmx:error", () => showToast(text("failed")));

// Files are answered without a new page; nothing would take the line away again.
document.addEventListener("submit", (event) => {
  queueMicrotask(() => {
    const staysHere = event.target.target === "_blank" || event.target.hasAttribute("data-k-file");
    if (!event.defaultPrevented && !staysHere) begin();
  });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const isFile = link.hasAttribute("download") || /\.(csv|xlsx|pdf|ics|vcf|zip)$/.test(link.pathname);
  const leads = link.origin === location.origin && !isFile && link.target !== "_blank";
  if (leads && link.pathname + link.search !== location.pathname + location.search) begin();
});
window.addEventListener("pageshow", () => {
  running = 0;
  end();
});
