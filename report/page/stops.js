"use strict";
/* One stop of the Tab key for all that a paragraph, list, box, figure or table offers, for the
   contents, and for the works cited: arrow keys, Home and End go from one to the next (WAI-ARIA
   Authoring Practices, "roving tabindex").  A heading's own link belongs to what follows it.
   Widgets keep their controls.  (A template: no dollar signs here.) */
(() => {
  const STOPS = "main :is(a[href], button, summary, .fact), .contents a";
  const WHOLE = "figure, .box, .contents, .references";
  const BLOCKS = "p, dd, figcaption, h1, h2, h3, h4";

  function blockOf(stop) {
    let block = stop.closest(WHOLE);
    for (let list = stop.closest("ul, ol, dl"); !block && list; ) {
      const outer = list.parentElement.closest("ul, ol, dl");
      if (!outer) block = list;
      list = outer;
    }
    return block || stop.closest(BLOCKS) || stop.parentElement;
  }

  const groups = new Map(); // block -> its stops
  let headings = []; // links of headings that wait for what follows
  function add(block, stops) {
    if (!groups.has(block)) groups.set(block, []);
    groups.get(block).push(...stops);
  }
  function leave() {
    for (const link of headings) add(link.parentElement, [link]);
    headings = [];
  }
  for (const stop of document.querySelectorAll(STOPS)) {
    if (stop.closest("#tip") || (stop.closest(".widget") && !stop.closest(".rebuild"))) continue;
    if (stop.matches(".permalink")) {
      leave();
      headings.push(stop);
      continue;
    }
    const block = blockOf(stop);
    if (headings.length && headings[0].closest("section").contains(block)) {
      add(block, headings);
      headings = [];
    } else leave();
    add(block, [stop]);
  }
  leave();

  const isSeen = (stop) => stop.checkVisibility();
  const choose = (stops, chosen) => stops.forEach((one) => (one.tabIndex = one === chosen ? 0 : -1));

  /* The stop that Tab comes to must be seen: a part may be folded, or left out on a phone. */
  function settle() {
    for (const stops of groups.values()) {
      if (stops.some((one) => one.tabIndex === 0 && isSeen(one))) continue;
      const seen = stops.filter(isSeen);
      choose(stops, seen.find((one) => !one.matches(".permalink")) || seen[0]);
    }
  }

  function move(event, stops) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const seen = stops.filter(isSeen);
    const at = seen.indexOf(event.currentTarget);
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const ends = { Home: 0, End: seen.length - 1 };
    const next = seen[event.key in ends ? ends[event.key] : at + steps[event.key]];
    if (!next) return;
    next.focus();
    event.preventDefault();
  }

  for (const stops of groups.values()) {
    choose(stops, null);
    for (const stop of stops) {
      stop.addEventListener("keydown", (event) => move(event, stops));
      // Also by mouse or finger: Tab goes on from there.
      stop.addEventListener("focus", () => choose(stops, stop));
    }
  }
  addEventListener("resize", settle);
  addEventListener("toggle", settle, true);
  settle();
})();
