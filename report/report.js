"use strict";
/* Comforts, none needed to read: where a number comes from (hover, focus, tap; Escape closes),
   the section in view marked in the contents, wide things within the keyboard's reach. */
(() => {
  const tip = document.getElementById("tip");
  let current = null;

  function line(parent, label, value, tag) {
    if (!value) return;
    const row = parent.appendChild(document.createElement("div"));
    row.append(label + " ");
    row.appendChild(document.createElement(tag)).textContent = value;
  }

  function show(fact) {
    if (fact === current) return;
    hide();
    current = fact;
    tip.textContent = "";
    const head = tip.appendChild(document.createElement("strong"));
    head.textContent = tip.dataset.title;
    line(tip, tip.dataset.source + ":", fact.dataset.source, "code");
    line(tip, tip.dataset.runs + ":", fact.dataset.runs, "span");
    line(tip, tip.dataset.rebuild + ":", fact.dataset.rebuild, "code");
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
    if (!current) return;
    current.removeAttribute("aria-describedby");
    current = null;
    tip.hidden = true;
  }

  const factOf = (event) => event.target.closest && event.target.closest(".fact");
  for (const kind of ["mouseover", "focusin", "click"]) {
    document.addEventListener(kind, (event) => {
      const fact = factOf(event);
      if (fact) show(fact);
      else if (!tip.contains(event.target)) hide();
    });
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("scroll", place, { passive: true });

  const links = new Map();
  for (const link of document.querySelectorAll(".contents a")) {
    links.set(decodeURIComponent(link.hash.slice(1)), link);
  }
  const heads = [...document.querySelectorAll("main section[id]")].filter((s) => links.has(s.id));
  let marked = null;
  function mark() {
    let found = null;
    for (const head of heads) {
      if (head.getBoundingClientRect().top <= 120) found = head;
    }
    const link = found && links.get(found.id);
    if (link === marked) return;
    if (marked) marked.removeAttribute("aria-current");
    if (link) {
      link.setAttribute("aria-current", "location");
      link.scrollIntoView({ block: "nearest" });
    }
    marked = link;
  }
  if (matchMedia("(min-width: 68rem)").matches) {
    addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
    mark();
  }

  const wide = [...document.querySelectorAll(".scroll, .equation, pre")];
  function reach() {
    for (const element of wide) {
      if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  }
  addEventListener("resize", reach);
  addEventListener("toggle", reach, true);
  reach();
})();
