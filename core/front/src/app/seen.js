// Tells the server that a client's card was looked at, so that the next visit can say what others have changed since.
const address = document.querySelector("[data-k-seen]")?.dataset.kSeen;

if (address) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
  fetch(address, { method: "POST", headers, keepalive: true }).catch(() => {});
}
