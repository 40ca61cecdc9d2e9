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

  // So does the site builder, for folded cells.
  for (const fold of document.querySelectorAll("details.hide > summary")) {
    fold.removeAttribute("aria-label");
  }
  for (const listing of document.querySelectorAll(".cell_output div.highlight-python")) foldDocstrings(listing);
  for (const stub of document.querySelectorAll(".cell.tag_exercise")) boxExercise(stub);
  showFinished();
  offerToFinish();
});

// In a listing of the library's source, all of a docstring but its first line is folded away.
function foldDocstrings(listing) {
  let open = null; // the spans of the docstring that is being read
  for (const span of [...listing.querySelectorAll(".sd")]) {
    const text = span.textContent.trim();
    if (!open) {
      open = [span];
      if (text.length > 3 && text.endsWith('"""')) open = null;
      continue;
    }
    open.push(span);
    if (!text.endsWith('"""')) continue;
    fold(open);
    open = null;
  }
}

function fold([first, ...others]) {
  const rest = document.createElement("span");
  rest.hidden = true;
  const last = others[others.length - 1];
  while (first.nextSibling !== last) rest.append(first.nextSibling);
  last.before(rest);
  rest.append(last);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "docstring-fold";
  const label = () => {
    button.textContent = rest.hidden ? "more" : "less";
    button.setAttribute("aria-label", `${button.textContent} of the docstring`);
    button.setAttribute("aria-expanded", !rest.hidden);
  };
  label();
  button.addEventListener("click", () => {
    rest.hidden = !rest.hidden;
    label();
  });
  rest.before(" ", button);
}

// The sentence that asks, the stub and its check stand in one box.
function boxExercise(stub) {
  const box = document.createElement("section");
  box.className = "course-exercise";
  box.setAttribute("aria-label", "Exercise");
  stub.before(box);
  const asks = [];
  for (let before = box.previousElementSibling; before && !/^H\d$/.test(before.tagName); ) {
    if (before.matches(".cell, section")) break;
    asks.unshift(before);
    if (/^(Exercise\b|\d+\.)/.test(before.textContent.trim())) break;
    before = before.previousElementSibling;
  }
  if (asks.length <= 3) box.append(...asks);
  const check = stub.nextElementSibling;
  box.append(stub);
  if (check && check.matches(".cell") && /\bcheck\(/.test(check.textContent)) box.append(check);
}

// Finished chapters are remembered in this browser, nowhere else.
const chapterOf = (address) => address.match(/notebooks\/(\d\d_\w+)\.html/)?.[1];

function finished() {
  try {
    return JSON.parse(localStorage.getItem("finished chapters")) || [];
  } catch {
    return [];
  }
}

function showFinished() {
  const done = finished();
  for (const link of document.querySelectorAll(".bd-sidebar-primary a.internal")) {
    const chapter = chapterOf(link.href);
    link.querySelector(".course-tick")?.remove();
    if (!chapter || !done.includes(chapter)) continue;
    const tick = document.createElement("span");
    tick.className = "course-tick";
    tick.textContent = " \u2713";
    tick.setAttribute("role", "img");
    tick.setAttribute("aria-label", ", finished");
    link.append(tick);
  }
}

function offerToFinish() {
  const chapter = chapterOf(location.pathname);
  const end = document.querySelector(".prev-next-footer") || document.querySelector(".bd-article");
  if (!chapter || !end) return;
  const label = document.createElement("label");
  label.className = "course-finish";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = finished().includes(chapter);
  label.append(box, " I have finished this chapter ", document.createElement("small"));
  label.lastChild.textContent = "(kept in this browser only)";
  end.before(label);
  box.addEventListener("change", () => {
    const others = finished().filter((one) => one !== chapter);
    try {
      localStorage.setItem("finished chapters", JSON.stringify(box.checked ? [...others, chapter] : others));
    } catch {
      box.checked = false; // this browser keeps nothing
    }
    showFinished();
  });
}
