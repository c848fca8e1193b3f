// Brings what must be mended to the reader: the error summary takes the focus.

export function showErrorsFirst(root) {
  root.querySelector("[data-error-summary]")?.focus();
}
