// Counts what is left to write in a text field that has a limit.

const QUIET = 1000;

export function countCharacters(root) {
  for (const field of root.querySelectorAll("[data-limit]")) {
    const shown = document.getElementById(`${field.id}-count`);
    if (shown && !shown.dataset.counting) count(field, shown);
  }
}

function count(field, shown) {
  const spoken = document.getElementById(`${field.id}-count-spoken`);
  let timer;

  const say = () => {
    const left = Number(field.dataset.limit) - [...field.value].length;
    const words = left < 0 ? shown.dataset.over : shown.dataset.left;
    shown.textContent = words.replace("{n}", Math.abs(left));
    shown.dataset.state = left < 0 ? "over" : "left";
    // A screen reader hears the figure when the writer pauses and the end is near, not at every key.
    clearTimeout(timer);
    if (left < field.dataset.limit / 10) timer = setTimeout(() => { spoken.textContent = shown.textContent; }, QUIET);
  };

  shown.dataset.counting = "yes";
  field.addEventListener("input", say);
  say();
}
