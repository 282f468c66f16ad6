"use strict";
/* The verdicts under other choices, judged here as backprop_lab/claims/multiverse.py judges them.
   The data come from report/widgets.py: {words, values, choices, sealed, claims: {name: {verdict,
   parts: {name: {timed, regions, found}}}}}.  regions: [low, high] by margin; found: by epoch (one
   where the choice does not touch the criterion) and by interval {intervals: by level, p_values:
   by margin}.  null is an end that is infinite. */
(() => {
  const root = document.getElementById("multiverse");
  const { words, values, choices, sealed, claims } = JSON.parse(
    document.getElementById("multiverse-data").textContent
  );
  const NAMES = Object.keys(choices);
  const form = root.querySelector("form");
  const say = (text, put) => text.replace(/\{(\w+)\}/g, (_, name) => put[name]);
  const start = Object.fromEntries(NAMES.map((n) => [n, choices[n].indexOf(sealed[n])]));

  const found = (part, cell) =>
    part.found[Math.min(cell.epoch, part.found.length - 1)][cell.interval];

  /* Does the interval lie in the region, or all of it outside? One bound alone is not inside. */
  function outcome(interval, region) {
    const low = interval[0] ?? -Infinity, high = interval[1] ?? Infinity;
    const from = region[0] ?? -Infinity, to = region[1] ?? Infinity;
    if (to === Infinity) return from < low ? "supported" : high <= from ? "opposed" : "undecided";
    if (from === -Infinity) return high < to ? "supported" : to <= low ? "opposed" : "undecided";
    if (from <= low && high <= to) return "supported";
    return high < from || low > to ? "opposed" : "undecided";
  }

  /* Holm (1979): the k-th smallest of m p-values times m - k + 1, never below the one before. */
  function holm(p_values) {
    const order = p_values.map((_, place) => place).sort((a, b) => p_values[a] - p_values[b]);
    const adjusted = [];
    let least = 0;
    order.forEach((place, rank) => {
      least = Math.max(least, Math.min(1, p_values[place] * (order.length - rank)));
      adjusted[place] = least;
    });
    return adjusted;
  }

  /* All together; for the others, criteria on times count with a p-value of 1. */
  function correct(entries) {
    const moving = holm(entries.map((one) => one.p));
    const still = holm(entries.map((one) => (one.timed ? 1 : one.p)));
    return entries.map((one, place) => (one.timed ? moving : still)[place]);
  }

  function verdict(outcomes) {
    const count = (name) => outcomes.filter((one) => one === name).length;
    if (count("supported") === outcomes.length) return "reproduced";
    if (count("supported")) return "partly";
    return count("opposed") === outcomes.length ? "contradicted" : "not_reproduced";
  }

  /* Claim -> its verdict, and the outcomes of its criteria, in a cell (choice -> place). */
  function judge(cell) {
    const entries = Object.entries(claims).flatMap(([claim, { parts }]) =>
      Object.values(parts).map((part) => {
        const { intervals, p_values } = found(part, cell);
        const reached = outcome(intervals[cell.level], part.regions[cell.margin]);
        return { claim, timed: part.timed, p: p_values[cell.margin], reached };
      })
    );
    if (choices.correction[cell.correction] === "holm") {
      const alpha = 1 - choices.level[cell.level];
      correct(entries).forEach((adjusted, place) => {
        if (adjusted > alpha) entries[place].reached = "undecided";
      });
    }
    return Object.fromEntries(
      Object.keys(claims).map((claim) => {
        const outcomes = entries.filter((one) => one.claim === claim).map((one) => one.reached);
        return [claim, { verdict: verdict(outcomes), outcomes }];
      })
    );
  }

  const shown = (name) => words.marks[name] + "\u00a0" + words.verdicts[name];
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of ["claim", "sealed", "now", "criteria"]) {
    const cell = head.appendChild(document.createElement("th"));
    cell.scope = "col";
    cell.textContent = words.heads[name];
  }
  const body = table.createTBody();
  const rows = Object.entries(claims).map(([name, claim]) => {
    const row = body.insertRow();
    const first = row.appendChild(document.createElement("th"));
    first.scope = "row";
    first.textContent = name;
    row.insertCell().textContent = shown(claim.verdict);
    row.dataset.claim = name;
    return { name, row, now: row.insertCell(), criteria: row.insertCell() };
  });
  root.querySelector(".scroll").append(table);

  const input = (name) => form.elements[name];
  const place = (name) => Number(input(name).value);
  const put = (cell) => NAMES.forEach((name) => (input(name).value = String(cell[name])));
  const read = () => Object.fromEntries(NAMES.map((name) => [name, place(name)]));

  function update() {
    const cell = read();
    const judged = judge(cell);
    const changed = [];
    for (const { name, row, now, criteria } of rows) {
      const { verdict, outcomes } = judged[name];
      const same = verdict === claims[name].verdict;
      if (!same) changed.push(name);
      row.dataset.verdict = verdict;
      row.classList.toggle("changed", !same);
      now.textContent = same ? shown(verdict) : say(words.changed, { verdict: shown(verdict) });
      const count = (outcome) => outcomes.filter((one) => one === outcome).length;
      const counts = ["supported", "opposed", "undecided"].map(
        (one) => words.marks[one] + "\u00a0" + count(one)
      );
      criteria.textContent = counts.join(" ");
    }
    const n = rows.length;
    const text = [say(words.summary, { same: n - changed.length, n })];
    if (changed.length) text.push(say(words.other, { claims: changed.join(words.and) }));
    root.querySelector(".summary").textContent = text.join(" ");
    for (const slider of form.querySelectorAll("input[type=range]")) {
      const value = values[slider.name][cell[slider.name]];
      slider.setAttribute("aria-valuetext", value);
      slider.parentElement.querySelector(".value").textContent = value;
    }
  }

  /* The address names the choices, so that a cell can be linked to. */
  function keep() {
    const cell = read();
    const named = NAMES.map((name) => choices[name][cell[name]]);
    try {
      history.replaceState(null, "", "#" + ["multiverse", ...named].join("/"));
    } catch {
      // A page that may not change its address still works.
    }
  }
  function follow() {
    const [id, ...named] = decodeURIComponent(location.hash.slice(1)).split("/");
    if (id !== "multiverse" || named.length !== NAMES.length) return;
    const places = NAMES.map((name, at) => choices[name].map(String).indexOf(named[at]));
    if (places.includes(-1)) return;
    put(Object.fromEntries(NAMES.map((name, at) => [name, places[at]])));
    update();
    root.scrollIntoView();
  }

  form.addEventListener("input", () => {
    update();
    keep();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  input("reset").addEventListener("click", () => {
    put(start);
    update();
    keep();
  });
  addEventListener("hashchange", follow);
  for (const part of root.querySelectorAll("[hidden]")) part.hidden = false;
  put(start); // a browser may remember what was chosen when the page was left
  update();
  follow();
})();
