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
  // Its icons are drawn by a script that may come later, so their words are taken away whenever
  // they change.
  for (const button of document.querySelectorAll(".theme-switch-button")) {
    const silence = () => {
      for (const icon of button.querySelectorAll(".theme-switch")) {
        icon.ariaHidden = "true";
        icon.removeAttribute("title");
        icon.querySelector("title")?.remove();
      }
    };
    silence();
    new MutationObserver(silence).observe(button, { childList: true, subtree: true });
  }
  document.querySelector(".citation-list")?.removeAttribute("role");
  document.querySelector(".search-button-field")?.removeAttribute("aria-label");
});
