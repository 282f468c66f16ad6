"use strict";
/* Notes on hover, focus or tap, which Escape closes: where a number comes from, and what a
   reference or citation names.  And commands to copy.  (A template: no dollar signs here.) */
(() => {
  const tip = document.getElementById("tip");
  const NOTED = ".fact, a.reference, .citation a";
  let current = null;
  let leaving = 0;
  let coming = 0;

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

  function fillFact(fact) {
    const head = tip.appendChild(document.createElement("strong"));
    head.textContent = tip.dataset.title;
    line(tip.dataset.source, fact.dataset.source, "code");
    line("", fact.dataset.place, "span");
    line(tip.dataset.name, fact.dataset.key, "code");
    line(tip.dataset.runs, fact.dataset.runs, "span");
    const command = line(tip.dataset.rebuild, fact.dataset.rebuild, "code");
    if (command) command.append(" ", copyButton(fact.dataset.rebuild));
    fact.setAttribute("aria-describedby", "tip");
  }

  /* What a link names, or null: a figure, table, equation, section or cited work of this page, or
     what it carries of the other page. */
  function named(link) {
    const [page, id] = (link.getAttribute("href") || "").split("#").map(decodeURIComponent);
    if (!id) return null;
    const there = page && document.getElementById("elsewhere");
    if (page) return there && there.content.querySelector("[data-of=\"" + CSS.escape(id) + "\"]");
    const found = document.getElementById(id);
    return found && found.matches("figure, .equation, section, .csl-entry") ? found : null;
  }

  /* A copy for the eyes alone: nothing in it can be reached, and no name stands twice. */
  function copyOf(element) {
    const box = document.createElement("div");
    box.className = "preview";
    box.inert = true;
    box.setAttribute("aria-hidden", "true");
    const copied = box.appendChild(element.cloneNode(true));
    for (const part of [copied, ...copied.querySelectorAll("[id]")]) part.removeAttribute("id");
    for (const part of copied.querySelectorAll(".copy, .permalink")) part.remove();
    return box;
  }

  function fillPreview(link) {
    const target = named(link);
    const words = tip.appendChild(document.createElement("p"));
    words.id = "tip-words";
    const first = (selector) => target.querySelector(selector);
    const text = (element) => (element ? element.textContent.trim() : "");
    if (target.matches("[data-of]")) {
      words.append(...target.firstElementChild.cloneNode(true).childNodes);
      for (const more of [...target.children].slice(1)) tip.append(copyOf(more));
    } else if (target.matches("figure")) {
      const caption = first("figcaption").cloneNode(true);
      for (const below of caption.querySelectorAll(".rebuild")) below.remove();
      words.textContent = text(caption);
      const shown = first("svg, img, table");
      if (shown) tip.append(copyOf(shown));
    } else if (target.matches("section")) {
      words.append(document.createElement("strong"));
      words.firstChild.textContent = text(first("h2, h3, h4"));
      const start = [...target.children].find((child) => child.matches("p"));
      if (start) tip.append(copyOf(start));
    } else if (target.matches(".equation")) {
      words.textContent = link.textContent;
      tip.append(copyOf(target));
    } else words.textContent = text(target);
    link.setAttribute("aria-describedby", words.id);
  }

  function show(target) {
    clearTimeout(leaving);
    clearTimeout(coming);
    if (target === current) return;
    hide();
    const isFact = target.matches(".fact");
    if (!isFact && !named(target)) return;
    current = target;
    tip.textContent = "";
    tip.classList.toggle("wide", !isFact);
    if (isFact) fillFact(target);
    else fillPreview(target);
    tip.hidden = false;
    place();
  }

  function place() {
    if (!current) return;
    const box = current.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(box.left, width - tip.offsetWidth - 8));
    const above = box.top - tip.offsetHeight - 6;
    tip.style.left = left + "px";
    const most = innerHeight - tip.offsetHeight - 4; // rather over the number than off the screen
    tip.style.top = (above > 4 ? above : Math.max(4, Math.min(box.bottom + 6, most))) + "px";
  }

  function hide() {
    clearTimeout(coming);
    close();
  }

  /* Close the note, while that of a link under the pointer may still come. */
  function close() {
    clearTimeout(leaving);
    if (!current) return;
    current.removeAttribute("aria-describedby");
    current = null;
    tip.hidden = true;
  }

  // Not "click": phones send none to what is neither a link nor a control.
  for (const kind of ["mouseover", "focusin", "pointerup"]) {
    document.addEventListener(kind, (event) => {
      const noted = event.target.closest && event.target.closest(NOTED);
      if (noted && kind === "mouseover" && noted.matches("a")) {
        // A pointer that only passes over a link asks for nothing.
        clearTimeout(coming);
        if (noted === current) clearTimeout(leaving);
        else coming = setTimeout(show, 250, noted);
      } else if (noted && noted.matches(".fact")) show(noted);
      else if (noted && kind === "focusin") show(noted);
      else if (tip.contains(event.target)) clearTimeout(leaving);
      else if (kind !== "mouseover") hide();
      else {
        // Time to move the pointer from the number to its note, to copy the command.
        clearTimeout(leaving);
        clearTimeout(coming);
        leaving = setTimeout(() => {
          const focused = document.activeElement;
          if (current !== focused && !tip.contains(focused)) close();
        }, 250);
      }
    });
  }

  // A finger has no hover: its first tap on a reference shows the preview, a second follows it.
  let tapped = null;
  document.addEventListener("pointerdown", (event) => {
    const link = event.target.closest && event.target.closest(NOTED);
    tapped = event.pointerType === "touch" && link !== current ? link : null;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a");
    if (!link || !link.matches(NOTED)) return;
    if (link === tapped && named(link)) {
      event.preventDefault();
      show(link);
    } else hide();
    tapped = null;
  });
  addEventListener("scroll", place, { passive: true });

  for (const code of document.querySelectorAll(".rebuild code, pre > code, code.sh")) {
    code.after(" ", copyButton(code.textContent.trimEnd()));
  }

  // Enter goes from a number into its note, to the command's button.
  document.addEventListener("keydown", (event) => {
    const button = tip.querySelector("button");
    if (event.key !== "Enter" || !button || event.target !== current) return;
    button.focus();
    event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !current) return;
    const inside = tip.contains(document.activeElement);
    if (inside) current.focus({ preventScroll: true });
    hide();
  });
})();
