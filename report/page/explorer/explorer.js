"use strict";
/* The explorer's controls: one or two choices, what of them is shown, and the address that names
   all of it (#explorer/...), so that a view can be kept and sent. */
(() => {
  const { words, variants, experiments, COLUMNS, say, show, label } = Curves;
  const root = document.getElementById("explorer");
  const slider = root.querySelector(".plots");
  const forms = [...root.querySelectorAll("form.choice")];
  const viewForm = root.querySelector("form.view");
  const PARTS = ["train", "val"];
  const view = { epoch: 1, from: 1, to: 1, whole: true, log: new Set(), off: new Set(), pick, zoom };
  let choices = []; // {experiment, setting, seed, wanted}, one or two
  let curves = []; // what `summarise` says of each
  let pinned = null; // the epoch that the reader chose, kept from setting to setting

  const nameOf = (part, at) => (at ? part + "2" : part);
  const titleOf = (part, at) =>
    choices.length > 1 ? say(words.of_choice, { n: at + 1, name: words[part] }) : words[part];
  const last = () => Math.max(1, ...curves.map((curve) => curve.last));
  const allLines = () =>
    curves.flatMap((curve, at) =>
      PARTS.map((part) => ({ name: nameOf(part, at), part, curve, title: titleOf(part, at) }))
    );
  const lines = () => allLines().filter((line) => !view.off.has(line.name));

  function make(tag, more = {}, ...children) {
    const element = Object.assign(document.createElement(tag), more);
    element.append(...children);
    return element;
  }

  /* The controls of a choice: experiment, what its settings differ in, seed. */
  function fill(form, choice) {
    const { experiment, setting, seed } = choice;
    const select = (name, title, entries, value) => {
      const made = make("select", { name });
      made.append(...entries.map(([key, text]) => new Option(text, key, false, key === value)));
      made.disabled = entries.length === 1;
      return make("label", {}, title + " ", made);
    };
    const cells = variants[setting.variant];
    const seeds = setting.runs.map((id) => String(Curves.runs[id].seed)).map((one) => [one, one]);
    if (seeds.length > 1) seeds.unshift(["", say(words.all_seeds, { n: seeds.length })]);
    const focused = form.contains(document.activeElement) && document.activeElement.name;
    form.replaceChildren(
      select("experiment", words.experiment, experiments.map((e) => [e.name, e.title]), experiment.name),
      ...experiment.columns.map((column) => {
        const found = experiment.settings.map((one) => variants[one.variant][column]);
        const entries = [...new Set(found)].map((cell) => [cell, show(column, cell)]);
        return select(column, label(column), entries, cells[column]);
      }),
      select("seed", words.seed, seeds, seed)
    );
    if (focused && form.elements[focused]) form.elements[focused].focus();
  }

  /* A choice with a setting of its experiment and a seed that this has: the wanted one, if it can
     be, which is kept for settings to come ("" is all seeds). */
  function choose(experiment, setting, wanted) {
    const has = setting.runs.some((id) => String(Curves.runs[id].seed) === wanted);
    const alone = setting.runs.length === 1 ? String(Curves.runs[setting.runs[0]].seed) : "";
    return { experiment, setting, seed: has ? wanted : alone, wanted };
  }

  function changed(at, name) {
    const form = forms[at];
    const experiment = experiments.find((one) => one.name === form.elements.experiment.value);
    const cells = { ...variants[choices[at].setting.variant] };
    for (const column of choices[at].experiment.columns) cells[column] = form.elements[column].value;
    const wanted = name === "seed" ? form.elements.seed.value : choices[at].wanted;
    choices[at] = choose(experiment, Curves.nearest(experiment, cells, name), wanted);
    update();
  }

  /* Show the choices: controls, plots, table, values and address. */
  function update() {
    curves = choices.map(({ setting, seed }) => Curves.summarise(setting, seed));
    forms.forEach((form, at) => {
      form.hidden = at >= choices.length;
      if (choices[at]) fill(form, choices[at]);
    });
    const to = last();
    if (view.whole) [view.from, view.to] = [1, to];
    view.from = Math.min(view.from, to);
    view.to = Math.min(Math.max(view.to, view.from), to);
    view.whole = view.from === 1 && view.to === to;
    for (const name of ["from", "to"]) Object.assign(viewForm.elements[name], { max: to, value: view[name] });
    viewForm.elements.whole.disabled = view.whole;
    for (const name of ["epoch", "loss"]) viewForm.elements["log_" + name].checked = view.log.has(name);
    viewForm.elements.overlay.setAttribute("aria-pressed", choices.length > 1);
    const said = curves.map((curve, at) => {
      const text = choices.length > 1 ? say(words.choice, { n: at + 1 }) + words.colon : "";
      return make("span", {}, text + Curves.sentence(curve) + " ", make("code", { textContent: curve.setting.variant }));
    });
    root.querySelector(".setting").replaceChildren(...said);
    slider.setAttribute("aria-valuemin", view.from);
    slider.setAttribute("aria-valuemax", view.to);
    view.epoch = Math.min(Math.max(view.from, pinned || view.to), view.to);
    legend();
    draw();
    tabulate();
    read(view.epoch);
    keep();
  }

  /* A button a line, which takes it away and brings it back. */
  function legend() {
    const group = root.querySelector(".legend");
    const focused = group.contains(document.activeElement) && document.activeElement.value;
    group.replaceChildren(
      ...allLines().map(({ name, part, title }) => {
        const button = make("button", { type: "button", value: name, textContent: title });
        button.className = `${name} ${part}-line`;
        button.setAttribute("aria-pressed", !view.off.has(name));
        return button;
      })
    );
    if (focused) group.querySelector(`[value="${focused}"]`)?.focus();
  }

  function draw() {
    Plots.draw(view, lines());
    Plots.point(view.epoch);
  }

  /* Say the values of an epoch, and put the line there. */
  function read(number) {
    view.epoch = Math.min(Math.max(view.from, number), view.to);
    const at = say(words.at, { epoch: view.epoch, last: last() });
    const parts = lines().map(({ name, part, curve, title }) => {
      const value = (quantity) => Curves.text(curve, part + "_" + quantity, view.epoch - 1, true);
      const text = say(words.reading, { name: title, accuracy: value("accuracy"), loss: value("loss") });
      return make("span", { className: `${name} ${part}-line`, textContent: text });
    });
    root.querySelector(".reading").replaceChildren(make("strong", { textContent: at }), " ", ...parts);
    slider.setAttribute("aria-valuenow", view.epoch);
    slider.setAttribute("aria-valuetext", at);
    Plots.point(view.epoch);
  }

  function pick(number, kept = true) {
    if (number !== view.epoch) read(number);
    pinned = view.epoch;
    // Not for a pointer that only passes: the address may be that of a section.
    if (kept) keep();
  }

  function zoom(from, to) {
    view.from = Math.max(1, Math.min(from, to));
    view.to = Math.max(from, to);
    view.whole = false;
    update();
  }

  function tabulate() {
    const table = make("table", { className: "compact" });
    const shown = COLUMNS.flatMap((name) =>
      lines()
        .filter(({ part }) => name.startsWith(part))
        .map((line) => ({ ...line, quantity: name, head: words[name] }))
    );
    const head = table.createTHead().insertRow();
    const heads = shown.map(({ head, curve }) =>
      choices.length > 1 ? say(words.of_choice, { n: curves.indexOf(curve) + 1, name: head }) : head
    );
    for (const text of [words.epoch, ...heads]) head.append(make("th", { scope: "col", textContent: text }));
    const body = table.createTBody();
    for (let number = view.from; number <= view.to; number += 1) {
      const row = body.insertRow();
      row.append(make("th", { scope: "row", textContent: number }));
      for (const { curve, quantity } of shown) {
        row.insertCell().textContent = Curves.text(curve, quantity, number - 1, false);
      }
    }
    root.querySelector(".scroll").replaceChildren(table);
  }

  /* The address of what is shown; what is as at first is left out. */
  let ready = false;
  let written = "";
  let waiting = 0;
  function keep() {
    clearTimeout(waiting); // browsers refuse an address that changes too often
    if (ready) waiting = setTimeout(write, 200);
  }

  function write() {
    const put = new URLSearchParams();
    choices.forEach(({ experiment, setting, seed }, at) => {
      const end = at ? "2" : "";
      put.set("runs" + end, experiment.name);
      put.set("setting" + end, setting.variant);
      if (seed !== "" && setting.runs.length > 1) put.set("seed" + end, seed);
    });
    if (!view.whole) put.set("epochs", `${view.from}-${view.to}`);
    if (pinned) put.set("at", view.epoch);
    if (view.log.size) put.set("log", [...view.log].join(" "));
    if (view.off.size) put.set("without", [...view.off].join(" "));
    written = "#explorer/" + put;
    history.replaceState(null, "", written);
  }

  /* Show what the address names, as far as there is such a thing. */
  function follow() {
    if (!location.hash.startsWith("#explorer/") || location.hash === written) return false;
    const asked = new URLSearchParams(location.hash.slice("#explorer/".length));
    const found = ["", "2"].map((end) => {
      const experiment = experiments.find((one) => one.name === asked.get("runs" + end));
      const setting = experiment?.settings.find((one) => one.variant === asked.get("setting" + end));
      return setting && choose(experiment, setting, asked.get("seed" + end) || "");
    });
    if (!found[0]) return false;
    choices = found.filter(Boolean);
    const set = (name) => new Set((asked.get(name) || "").split(" ").filter(Boolean));
    view.log = set("log");
    view.off = set("without");
    pinned = Number.parseInt(asked.get("at"), 10) || null;
    const [from, to] = (asked.get("epochs") || "").split("-").map((n) => Number.parseInt(n, 10));
    view.whole = !(from >= 1 && to >= from);
    if (!view.whole) [view.from, view.to] = [from, to];
    update();
    root.scrollIntoView();
    return true;
  }

  /* A finger on a plot reads along; moved up or down, it scrolls the page. */
  function touch(event) {
    if (event.pointerType === "mouse") return;
    const number = Plots.epochAt(event.clientX, event.target);
    if (number != null) pick(number);
  }

  forms.forEach((form, at) => form.addEventListener("change", (event) => changed(at, event.target.name)));
  for (const form of [...forms, viewForm]) form.addEventListener("submit", (event) => event.preventDefault());
  viewForm.addEventListener("change", (event) => {
    const { from, to } = viewForm.elements;
    const name = event.target.name;
    if (name.startsWith("log_")) {
      view.log[event.target.checked ? "add" : "delete"](name.slice(4));
      update();
    } else zoom(from.valueAsNumber || view.from, to.valueAsNumber || view.to);
  });
  const actions = {
    whole: () => zoom(1, last()),
    overlay: () => {
      choices = choices.length > 1 ? choices.slice(0, 1) : [choices[0], { ...choices[0] }];
      view.off = new Set([...view.off].filter((name) => !name.endsWith("2")));
      update();
      if (choices.length > 1) forms[1].elements.experiment.focus();
    },
    image: () => Saving.image(lines(), curves),
    csv: () => Saving.csv(view, curves),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.name in actions) actions[button.name]();
    else if (button.closest(".legend")) {
      view.off[view.off.has(button.value) ? "delete" : "add"](button.value);
      update();
    }
  });
  slider.addEventListener("pointerdown", touch);
  slider.addEventListener("pointermove", touch);
  slider.addEventListener("click", keep);
  slider.addEventListener("mouseleave", () => Plots.point(view.epoch));
  slider.addEventListener("keydown", (event) => {
    const back = event.key === "ArrowLeft" || event.key === "ArrowDown";
    const steps = { PageUp: 5, PageDown: -5, Home: -Infinity, End: Infinity };
    const step = event.key.startsWith("Arrow") ? (back ? -1 : 1) : steps[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    pick(Math.min(Math.max(view.from, view.epoch + step), view.to));
  });

  for (const part of root.querySelectorAll("[hidden]")) part.hidden = false;
  const [first] = experiments;
  choices = [choose(first, first.settings[0], "")];
  if (!follow()) update();
  ready = true;
  addEventListener("hashchange", follow);

  // The contents lead here, below the chapter in which it stands.
  const section = root.closest("main > section, section.level2");
  const entry = section && document.querySelector(`.contents a[href="#${section.id}"]`);
  if (entry) {
    const link = make("a", { href: "#explorer", textContent: words.title });
    entry.closest("li").after(make("li", { className: "widget-entry" }, link));
  }

  let width = slider.clientWidth;
  new ResizeObserver(() => {
    if (slider.clientWidth === width) return;
    width = slider.clientWidth;
    draw();
  }).observe(slider);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  document.addEventListener("themechange", draw);
  // A canvas keeps what it was drawn with before the page's fonts were there.
  document.fonts.ready.then(draw);
})();
