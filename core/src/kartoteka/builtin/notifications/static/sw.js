// Shows push messages, also while no page is open. It keeps nothing and answers no requests for pages.
"use strict";

const read = (event) => {
  try {
    return event.data ? event.data.json() : {};
  } catch {
    return {};
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

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
