// Shows push messages, also while no page is open, and says so when a page can't be had for want of a network. The page
// that says it is all that it keeps.
"use strict";

const read = (event) => {
  try {
    return event.data ? event.data.json() : {};
  } catch {
    return {};
  }
};

const KEPT = "offline";
const offline = new URL("offline", self.registration.scope).href;
const keep = async () => (await caches.open(KEPT)).add(new Request(offline, { cache: "reload" }));

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep().catch(() => {}));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate" || event.request.method !== "GET") return;
  const found = fetch(event.request).catch(async (error) => {
    const page = await caches.match(offline);
    if (!page) throw error;
    return page;
  });
  event.respondWith(found);
});

self.addEventListener("push", (event) => {
  const told = read(event);
  const shown = { body: String(told.body ?? ""), tag: String(told.tag ?? ""), data: { url: String(told.url ?? "/") } };
  event.waitUntil(self.registration.showNotification(String(told.title || "Kartoteka"), shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url || "/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const here = open.find((one) => new URL(one.url).origin === url.origin && "navigate" in one);
      return here ? here.navigate(url.href).then((one) => one?.focus()) : self.clients.openWindow(url.href);
    }),
  );
});
