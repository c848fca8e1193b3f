// Shows that a form is being sent, and keeps it from being sent twice.

export function sendOnce(page) {
  // In the capturing phase, so that a second press reaches nobody else.
  // The button is not disabled, or its name and value would not be sent.
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (event.submitter?.dataset.busy) {
      form.dataset.sending = "yes";
      show(event.submitter);
    }
  }, true);

  page.addEventListener("htmx:afterRequest", (event) => release(event.target.closest("form")));
  // Back from the browser's memory: the page is as it was left, so it must be made ready again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) page.querySelectorAll("form[data-sending]").forEach(release);
  });
}

function show(button) {
  const label = button.querySelector("[data-label]");
  label.dataset.label = label.textContent;
  label.textContent = button.dataset.busy;
  button.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-busy", "true");
  const live = document.getElementById("beskjed");
  if (live) live.textContent = button.dataset.busy;
}

function release(form) {
  if (!form?.dataset.sending) return;
  delete form.dataset.sending;
  for (const button of form.querySelectorAll("[aria-busy]")) {
    const label = button.querySelector("[data-label]");
    label.textContent = label.dataset.label;
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
  }
}
