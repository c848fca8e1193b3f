// Shows the button that prints; without this script the page says how to print.

export function offerPrint(page) {
  for (const button of page.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
    page.querySelector("[data-print-hint]")?.remove();
  }
}
