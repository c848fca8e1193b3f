// A browser of Node's: runs the portal's own script, changes the browser's address, and prints what the script then asked for.
// Run with one JSON: {"script", "kept", "old", "new", "made"}; `made` is what a new subscription becomes.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const given = JSON.parse(process.argv[2]);
const asked = { fetched: [], subscribed: [] };
const subscription = (said) => said && { toJSON: () => said };
const store = new Map(given.kept ? [["/varsler-sw.js", given.kept]] : []);
const cache = {
  match: async (name) => store.has(name) ? new Response(JSON.stringify(store.get(name))) : undefined,
  put: async (name, response) => void store.set(name, await response.json()),
};
const heard = {};
const self = {
  addEventListener: (name, listener) => (heard[name] = listener),
  registration: {
    pushManager: { subscribe: async (how) => (asked.subscribed.push(how), subscription(given.made)) },
  },
};
const fetch = async (address, { method, body, credentials }) => {
  asked.fetched.push({ address, method, credentials, body: String(body) });
  return { ok: true };
};
vm.runInNewContext(readFileSync(given.script, "utf8"), { self, fetch, caches: { open: async () => cache }, URLSearchParams, Response });

let done;
heard.pushsubscriptionchange({
  oldSubscription: subscription(given.old),
  newSubscription: subscription(given.new),
  waitUntil: (work) => (done = work),
});
await done;
console.log(JSON.stringify({ ...asked, kept: store.get("/varsler-sw.js") ?? null }));
