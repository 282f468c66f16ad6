"use strict";
/* Where a number comes from (hover, focus, tap; Escape closes), and commands to copy.
   The numbers of one paragraph or table are one stop of the Tab key: arrow keys go from one to the
   next, Enter goes into the note.  (A template: no dollar signs here.) */
(() => {
  const tip = document.getElementById("tip");
  let current = null;
  let leaving = 0;

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard for local files in this browser: the old way, from a text field.
      const field = document.createElement("textarea");
      field.value = text;
      button.after(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus();
    }
    button.textContent = tip.dataset.copied;
    setTimeout(() => (button.textContent = tip.dataset.copy), 2000);
  }

  function copyButton(text) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = tip.dataset.copy;
    button.addEventListener("click", () => copy(text, button));
    return button;
  }

  function line(label, value, tag) {
    if (!value) return null;
    const row = tip.appendChild(document.createElement("div"));
    row.append(label);
    row.appendChild(document.createElement(tag)).textContent = value;
    return row;
  }

  function show(fact) {
    clearTimeout(leaving);
    if (fact === current) return;
    hide();
    current = fact;
    tip.textContent = "";
    const head = tip.appendChild(document.createElement("strong"));
    head.textContent = tip.dataset.title;
    line(tip.dataset.source, fact.dataset.source, "code");
    line(tip.dataset.runs, fact.dataset.runs, "span");
    const command = line(tip.dataset.rebuild, fact.dataset.rebuild, "code");
    if (command) command.append(" ", copyButton(fact.dataset.rebuild));
    tip.hidden = false;
    place();
    fact.setAttribute("aria-describedby", "tip");
  }

  function place() {
    if (!current) return;
    const box = current.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(box.left, width - tip.offsetWidth - 8));
    const above = box.top - tip.offsetHeight - 6;
    tip.style.left = left + "px";
    tip.style.top = (above > 4 ? above : box.bottom + 6) + "px";
  }

  function hide() {
    clearTimeout(leaving);
    if (!current) return;
    current.removeAttribute("aria-describedby");
    current = null;
    tip.hidden = true;
  }

  // Not "click": phones send none to what is neither a link nor a control.
  for (const kind of ["mouseover", "focusin", "pointerup"]) {
    document.addEventListener(kind, (event) => {
      const fact = event.target.closest && event.target.closest(".fact");
      if (fact) show(fact);
      else if (tip.contains(event.target)) clearTimeout(leaving);
      else if (kind !== "mouseover") hide();
      else {
        // Time to move the pointer from the number to its note, to copy the command.
        clearTimeout(leaving);
        leaving = setTimeout(() => {
          const focused = document.activeElement;
          if (current !== focused && !tip.contains(focused)) hide();
        }, 250);
      }
    });
  }
  addEventListener("scroll", place, { passive: true });

  const BLOCKS = "table, p, li, dd, figcaption, h1, h2, h3, h4";
  const blocks = new Map();
  for (const fact of document.querySelectorAll(".fact")) {
    const block = fact.closest(BLOCKS) || fact.parentElement;
    if (!blocks.has(block)) blocks.set(block, []);
    blocks.get(block).push(fact);
  }
  for (const facts of blocks.values()) {
    facts.forEach((fact, at) => (fact.tabIndex = at ? -1 : 0));
    for (const fact of facts) fact.addEventListener("keydown", (event) => move(event, facts));
  }

  function move(event, facts) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = facts.indexOf(event.target);
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const ends = { Home: 0, End: facts.length - 1 };
    const next = facts[event.key in ends ? ends[event.key] : at + steps[event.key]];
    const button = tip.querySelector("button");
    if (event.key === "Enter" && button) button.focus();
    else if (next) {
      event.target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !current) return;
    const inside = tip.contains(document.activeElement);
    const fact = current;
    if (inside) fact.focus({ preventScroll: true });
    hide();
  });

  for (const code of document.querySelectorAll(".rebuild code, pre > code")) {
    code.after(" ", copyButton(code.textContent.trimEnd()));
  }
})();
