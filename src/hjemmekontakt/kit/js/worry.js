// While she writes: where the words give reason to worry, says whom to call. It never stands in the way of sending.

const QUIET = 600;

// The same as `folded` in messages/rules/danger_words.py: small letters, no accents, one space between words.
export function folded(text) {
  const bare = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return bare.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

export function worryIn(text, words) {
  const written = ` ${folded(text)} `;
  return Object.keys(words).find((kind) => words[kind].some((phrase) => written.includes(` ${phrase} `))) ?? "";
}

export function watchForWorry(page) {
  for (const place of page.querySelectorAll("[data-worry]")) {
    const form = place.closest("form");
    const words = JSON.parse(place.dataset.worry);
    const fields = [...form.querySelectorAll("textarea, input[type='text'], input:not([type])")];
    let timer;
    const look = () => {
      const kind = worryIn(fields.map((field) => field.value).join(" "), words);
      if (kind === (place.dataset.shown ?? "")) return;
      place.dataset.shown = kind;
      const hint = form.querySelector(`template[data-worry-kind="${kind}"]`);
      place.replaceChildren(...(hint ? [hint.content.cloneNode(true)] : []));
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, QUIET);
    });
    look();
  }
}
