// Keeps a part of a page fresh: asks every 20 seconds whether anything is new, and swaps only what has changed.
// What is written, what has the focus, what is marked and where one has scrolled stay as they are.

const PACE = 20_000;
const LONGEST = 300_000;
const WHO = "[data-menu] summary, .hk-band p";
const ITEMS = "[data-item], h2 a[href], th a[href]";

export function keepFresh(page) {
  const part = page.querySelector("[data-refresh]");
  if (!part?.id) return;
  let timer;
  let failures = 0;
  let stopped = false;
  let asking = false;

  // Not all at the same moment, and more seldom while it does not go well.
  const later = () => {
    clearTimeout(timer);
    const wait = Math.min(PACE * 2 ** failures, LONGEST) * (0.9 + Math.random() / 5);
    if (!stopped && page.visibilityState === "visible") timer = setTimeout(ask, wait);
  };

  async function ask() {
    if (asking || stopped) return;
    asking = true;
    try {
      const answer = await fetch(part.dataset.refresh, {
        headers: { "If-None-Match": part.dataset.pulse }, cache: "no-store", redirect: "manual",
      });
      if (answer.status === 401) stop(part.dataset.loggedOut);
      else if (answer.status === 200) take(await answer.text());
      else if (answer.status !== 304 && answer.status !== 429 && answer.status < 500) stop(part.dataset.stopped);
      failures = answer.status === 429 || answer.status >= 500 ? failures + 1 : 0;
    } catch {
      failures += 1;
    }
    asking = false;
    later();
  }

  function take(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const twin = fresh.getElementById(part.id);
    // The page has become another's (she has switched person in another tab): nothing of it is mixed into this one.
    if (!twin?.dataset.pulse || whose(fresh) !== whose(page)) return stop(part.dataset.stopped);
    if (isMarking(part)) return; // asked again next time
    const before = new Set(items(part));
    keepingPlace(page, () => {
      for (const old of [part, ...page.querySelectorAll("[data-fresh][id]")]) {
        const next = fresh.getElementById(old.id);
        if (next && next.innerHTML !== old.innerHTML && !old.querySelector("form :focus, [form]:focus")) swap(old, next);
      }
    });
    part.dataset.pulse = twin.dataset.pulse;
    part.dataset.refresh = twin.dataset.refresh;
    const count = items(part).filter((item) => !before.has(item)).length;
    say(page, count === 0 ? part.dataset.changed : count === 1 ? part.dataset.one : part.dataset.many.replace("{n}", count));
  }

  function stop(words) {
    stopped = true;
    clearTimeout(timer);
    const note = page.createElement("div");
    note.className = "ds-alert";
    note.dataset.color = "warning";
    note.append(Object.assign(page.createElement("p"), { textContent: words }));
    part.before(note);
    say(page, words);
  }

  page.addEventListener("visibilitychange", () => (page.visibilityState === "visible" ? ask() : clearTimeout(timer)));
  later();
}

const whose = (page) => [...page.querySelectorAll(WHO)].map((each) => each.textContent.trim()).join("|");
const items = (part) => [...part.querySelectorAll(ITEMS)].map((each) => each.dataset.item || each.getAttribute("href"));

function isMarking(part) {
  const marked = getSelection();
  return !marked.isCollapsed && marked.containsNode(part, true);
}

function swap(old, next) {
  const address = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
  old.replaceChildren(...document.importNode(next, true).childNodes);
  if (address) old.querySelector(`a[href="${CSS.escape(address)}"]`)?.focus({ preventScroll: true });
}

// What the reader looks at stays where it is on the screen, also when something is put in above it.
function keepingPlace(page, change) {
  const seen = (each) => each.getBoundingClientRect().bottom > 0 && each.getBoundingClientRect().top < innerHeight;
  const focus = page.activeElement;
  const writing = focus?.matches("input, textarea, select") && seen(focus) ? focus : null;
  const named = [...page.querySelectorAll(ITEMS)].find(seen);
  const name = named && (named.dataset.item || named.getAttribute("href"));
  const top = (writing ?? named)?.getBoundingClientRect().top;
  change();
  const now = writing ?? [...page.querySelectorAll(ITEMS)].find((each) => (each.dataset.item || each.getAttribute("href")) === name);
  if (now && top !== undefined) scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
}

function say(page, words) {
  const live = page.getElementById("beskjed");
  if (live) live.textContent = words;
}
