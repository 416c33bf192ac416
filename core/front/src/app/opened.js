// Tells the server which record was opened, because showing a page writes nothing.
const { kRecord: record, kOpened: address } = document.body?.dataset ?? {};

if (record && address && sessionStorage.getItem("k-opened") !== record) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
  const body = new URLSearchParams({ record });
  fetch(address, { method: "POST", headers, body, keepalive: true })
    .then((answer) => answer.ok && sessionStorage.setItem("k-opened", record))
    .catch(() => {});
}
