// Keeps what is being written: a draft is saved two seconds after the last key, and when the page is left.

const QUIET = 2000;
const AGAIN = 10000;

export function keepDrafts(page) {
  for (const form of page.querySelectorAll("form[data-draft]")) keep(form);
}

function keep(form) {
  const line = form.querySelector("[data-draft-said]");
  const button = form.querySelector(".hk-keeping button");
  let kept = written(form);
  let timer;
  let saving = false;
  let sending = false;

  if (button) button.hidden = true; // it saves itself now

  const say = (text, state) => {
    line.textContent = text;
    line.dataset.state = state;
    // What is well is quiet; what is wrong is read out, once.
    const live = document.getElementById("beskjed");
    if (state === "failed" && live && live.textContent !== text) live.textContent = text;
  };

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function save({ leaving = false } = {}) {
    clearTimeout(timer);
    const now = written(form);
    if (sending || now === kept || (saving && !leaving)) return;
    saving = true;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: new URLSearchParams(now),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "error",
        keepalive: leaving,
      });
      const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
      if (answer.ok) {
        kept = now;
        say(told.said, "kept");
      } else if (answer.status === 401) {
        say(line.dataset.loggedOut, "failed");
        later(AGAIN);
      } else if (told.said) {
        say(told.said, "failed");
      } else {
        say(line.dataset.failed, "failed");
        later(AGAIN);
      }
    } catch {
      say(line.dataset.failed, "failed");
      later(AGAIN);
    } finally {
      saving = false;
      if (!sending && line.dataset.state === "kept" && written(form) !== kept) later(QUIET);
    }
  }

  form.addEventListener("input", () => later(QUIET));
  form.addEventListener("change", () => later(QUIET));
  form.addEventListener("submit", () => { sending = true; clearTimeout(timer); });
  window.addEventListener("pagehide", () => save({ leaving: true }));
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save({ leaving: true }); });
  // Back from the browser's memory: what was sent is sent, and what is written from now on is kept.
  window.addEventListener("pageshow", (event) => { if (event.persisted) sending = false; });
}

// What is written in the form; files go their own way.
function written(form) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(fields).toString();
}
