// «Få varsler i denne nettleseren»: asks the browser for an address of its own, and sends it with an ordinary form.
const SCRIPT = "/varsler-sw.js";

export async function offerPush(page) {
  const part = page.querySelector("[data-push-key]");
  if (!part || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const of = (name) => part.querySelector(`[data-push="${name}"]`);
  const show = (...names) => {
    for (const each of part.querySelectorAll("[data-push]")) each.hidden = !names.includes(each.dataset.push);
  };
  const scope = { scope: part.dataset.pushScope };

  const registration = await navigator.serviceWorker.getRegistration(scope.scope);
  const kept = (await registration?.pushManager.getSubscription()) ?? null;
  if (kept && part.dataset.pushKnown.split(" ").includes(await digest(kept.endpoint))) {
    of("stop").elements.endpoint.value = kept.endpoint;
    await remember(kept, part.dataset.pushKey);
    show("on", "stop");
  } else if (Notification.permission === "denied") show("denied");
  else show("start");

  of("start").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      const worker = await navigator.serviceWorker.register(SCRIPT, scope);
      const found = await subscribe(await ready(worker), part.dataset.pushKey);
      await remember(found, part.dataset.pushKey);
      const { endpoint, keys } = found.toJSON();
      for (const [name, value] of Object.entries({ endpoint, ...keys })) if (form.elements[name]) form.elements[name].value = value;
      form.submit();
    } catch {
      show(Notification.permission === "denied" ? "denied" : "failed");
    }
  }, true);
}

// One made with an earlier key of ours can be told nothing: it gives way.
async function subscribe(worker, key) {
  const old = await worker.pushManager.getSubscription();
  const ours = bytes(key);
  if (old && encoded(old.options.applicationServerKey) !== encoded(ours)) await old.unsubscribe();
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: ours });
}

// What the browser's own script needs when its address becomes another one: not every browser tells it what it was.
async function remember(subscription, key) {
  const mine = { subscription: subscription.toJSON(), key };
  await (await caches.open("varsler")).put(SCRIPT, new Response(JSON.stringify(mine)));
}

// A registration whose worker is not active yet cannot subscribe.
async function ready(registration) {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker.state !== "activated") {
    await new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
  }
  return registration;
}

async function digest(text) {
  const made = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(made)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const encoded = (buffer) => String.fromCharCode(...new Uint8Array(buffer ?? []));
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
