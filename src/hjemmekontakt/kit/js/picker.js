// Puts a ready answer in where the writer stands, so that nothing she has written is lost.

export function insertTemplates(page) {
  page.addEventListener("submit", (event) => {
    const field = document.getElementById(event.target.dataset.insertsInto ?? "");
    if (!field) return;
    event.preventDefault();
    const text = event.target.querySelector("select").selectedOptions[0]?.dataset.text ?? "";
    const before = field.value.slice(0, field.selectionStart);
    field.setRangeText(before && !before.endsWith("\n") ? `\n${text}` : text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    const live = document.getElementById("beskjed");
    if (live) live.textContent = event.target.dataset.done;
  });
}
