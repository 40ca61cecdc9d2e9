document.addEventListener("DOMContentLoaded", () => {
  // Boxes that scroll sideways can be reached and scrolled with the keyboard.
  const boxes = ".pst-scrollable-table-container, .output.text_html, div.math, pre";
  for (const box of document.querySelectorAll(boxes)) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
  // The theme leaves the arrows of the sidebar without a name, and gives buttons names that
  // differ from the words on them.
  for (const arrow of document.querySelectorAll("summary:not([aria-label])")) {
    const link = arrow.closest("li")?.querySelector("a");
    if (link) arrow.setAttribute("aria-label", `Pages below ${link.textContent.trim()}`);
  }
  for (const icon of document.querySelectorAll("button .theme-switch")) {
    icon.ariaHidden = "true";
    icon.removeAttribute("title");
    icon.querySelector("title")?.remove();
  }
  document.querySelector(".citation-list")?.removeAttribute("role");
  document.querySelector(".search-button-field")?.removeAttribute("aria-label");
});
