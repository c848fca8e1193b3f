// Shows a notice that has come to this browser. It knows nothing of the portal's pages, and keeps nothing.
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // a browser must show something for what it was woken for
  }
  const { title = "Varsel", body = "", tag, lang = "nb" } = said;
  // The same notice sent again has the same tag, and takes the place of the first.
  event.waitUntil(self.registration.showNotification(title, { body, lang, ...(tag && { tag }) }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/"));
});
