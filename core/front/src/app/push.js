// Push messages: asks the browser for leave, subscribes with the server's key, and tells the server where to send.
const known = Boolean("serviceWorker" in navigator && "PushManager" in window && "Notification" in window);

if (known) document.querySelectorAll("form[data-k-push]").forEach((form) => { form.hidden = false; });

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

async function post(url, token, body) {
  const headers = { "X-CSRFToken": token, "Content-Type": "application/json", Accept: "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function subscribe(form) {
  const token = form.elements.csrf_token.value;
  if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
  await navigator.serviceWorker.register(form.dataset.kWorker);
  const worker = await navigator.serviceWorker.ready;
  const { key } = await post(form.dataset.kPush, token, {});
  const earlier = await worker.pushManager.getSubscription();
  if (earlier) await earlier.unsubscribe();
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: toBytes(key) });
  const { next } = await post(form.action, token, made.toJSON());
  location.assign(next);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-k-push]");
  if (!form) return;
  event.preventDefault();
  const refused = form.querySelector("[data-k-push-refused]");
  refused.hidden = true;
  try {
    await subscribe(form);
  } catch {
    refused.hidden = false;
  }
});
