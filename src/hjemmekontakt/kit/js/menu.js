// Closes an open menu on Escape, on a press outside it, and when the focus leaves it.

export function closeMenus(page) {
  const opened = () => page.querySelectorAll("details[data-menu][open]");

  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of opened()) {
      const inside = menu.contains(page.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });
  for (const leaving of ["click", "focusin"]) {
    page.addEventListener(leaving, (event) => {
      for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
    });
  }
}
