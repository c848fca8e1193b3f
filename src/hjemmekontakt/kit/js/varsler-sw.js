// Shows a notice that has come to this browser, and tells the portal when the browser's own address becomes another one.
// It knows nothing of the portal's pages, and keeps nothing but that address.
const KEPT = "varsler";
const OF_MINE = "/varsler-sw.js";

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

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(move(event)));

// The old address with its secret shows that it is this browser; no session is needed, and none is used.
async function move({ oldSubscription, newSubscription }) {
  const store = await caches.open(KEPT);
  const mine = await (await store.match(OF_MINE))?.json();
  const old = oldSubscription?.toJSON() ?? mine?.subscription;
  const key = oldSubscription?.options?.applicationServerKey ?? mine?.key;
  if (!old || !(newSubscription || key)) return; // the settings page offers the button again
  const made =
    newSubscription ??
    (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const now = made.toJSON();
  const body = new URLSearchParams({ was: old.endpoint, was_auth: old.keys.auth, endpoint: now.endpoint, ...now.keys });
  const answer = await fetch("/varsler/ny-nettleser/", { method: "POST", body, credentials: "omit" });
  if (answer.ok) await store.put(OF_MINE, Response.json({ subscription: now, key: mine?.key }));
}
