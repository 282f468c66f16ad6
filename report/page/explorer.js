"use strict";
/* Learning curves of any setting, drawn by uPlot.  The data come from backprop_lab/report/widgets.py:
   {words, values, experiments: {title: [setting]}}, a setting with its runs, a run with a list of
   numbers an epoch for each quantity (null where the run had none). */
(() => {
  const root = document.getElementById("explorer");
  const { words, values, experiments } = JSON.parse(
    document.getElementById("explorer-data").textContent
  );
  const CHOICES = ["hidden_sizes", "activation", "optimizer", "backend"];
  const COLUMNS = ["train_accuracy", "val_accuracy", "train_loss", "val_loss"];
  const form = root.querySelector("form");
  const slider = root.querySelector(".plots");
  const reading = root.querySelector(".reading");
  const selects = form.elements;
  let summary = null; // per quantity {mean, low, high}, one number an epoch
  let epoch = 1;
  let pinned = null; // the epoch that the reader chose, kept from setting to setting
  let plots = [];

  const say = (text, put) => text.replace(/\{(\w+)\}/g, (_, name) => put[name]);
  const show = (column, cell) => (values[column] && values[column][cell]) || cell;

  function fill(select, entries, wanted) {
    select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
    select.value = entries.some(([value]) => value === wanted) ? wanted : entries[0][0];
    select.disabled = entries.length === 1;
  }

  /* The setting that the controls name; where none is so, one that has the changed control's. */
  function choose(changed) {
    const settings = experiments[selects.experiment.value];
    const rest = CHOICES.filter((name) => name !== changed);
    const fits = (setting, names) => names.every((name) => setting[name] === selects[name].value);
    const setting =
      settings.find((one) => fits(one, CHOICES)) ||
      settings.find((one) => changed && fits(one, [changed, rest[0]])) ||
      settings.find((one) => changed && fits(one, [changed])) ||
      settings[0];
    for (const name of CHOICES) {
      const cells = [...new Set(settings.map((one) => one[name]))];
      fill(selects[name], cells.map((cell) => [cell, show(name, cell)]), setting[name]);
    }
    const seeds = setting.runs.map((run) => [String(run.seed), String(run.seed)]);
    if (seeds.length > 1) seeds.unshift(["", say(words.all_seeds, { n: seeds.length })]);
    fill(selects.seed, seeds, selects.seed.value);
    return setting;
  }

  function summarise(runs) {
    const last = Math.max(0, ...runs.map((run) => run.val_loss.length));
    const result = { last };
    for (const name of COLUMNS) {
      const scale = name.endsWith("accuracy") ? 100 : 1;
      const lists = Array.from({ length: last }, (_, at) =>
        runs.map((run) => run[name][at]).filter((v) => v != null).map((v) => v * scale)
      );
      const of = (f) => lists.map((list) => (list.length ? f(list) : null));
      result[name] = {
        mean: of((list) => list.reduce((a, b) => a + b) / list.length),
        low: of((list) => Math.min(...list)),
        high: of((list) => Math.max(...list)),
      };
    }
    return result;
  }

  function update(changed) {
    const setting = choose(changed);
    const seed = selects.seed.value;
    const asked = setting.runs.filter((run) => seed === "" || String(run.seed) === seed);
    const gone = asked.filter((run) => run.diverged).length;
    const runs = asked.length > 1 ? asked.filter((run) => !run.diverged) : asked;
    summary = summarise(runs);
    const text = [say(words.setting, { ...setting, epochs: summary.last, n: asked.length })];
    if (gone && asked.length === 1) text.push(words.diverged_alone);
    else if (gone) text.push(say(words.diverged, { n: gone, total: asked.length }));
    root.querySelector(".setting").textContent = text.join(" ");
    slider.setAttribute("aria-valuemax", Math.max(1, summary.last));
    draw();
    tabulate();
    read(pinned || summary.last);
  }

  function format(quantity, at, unit) {
    const { mean, low, high } = summary[quantity];
    if (mean[at] == null) return words.no_value;
    const accuracy = quantity.endsWith("accuracy");
    const number = (v) =>
      accuracy ? v.toFixed(2) : v < 1000 ? v.toFixed(4) : v.toExponential(2);
    const text = (v) => number(v) + (accuracy && unit ? words.percent : "");
    const values = { mean: text(mean[at]), low: text(low[at]), high: text(high[at]) };
    return low[at] === high[at] ? values.mean : say(words.spread, values);
  }

  /* Say the values of an epoch, and put the line there. */
  function read(number) {
    epoch = Math.min(Math.max(1, number), Math.max(1, summary.last));
    const at = say(words.at, { epoch, last: summary.last });
    const head = document.createElement("strong");
    head.textContent = at;
    const parts = ["train", "val"].map((name) => {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = say(words.reading, {
        name: words[name],
        accuracy: format(name + "_accuracy", epoch - 1, true),
        loss: format(name + "_loss", epoch - 1, true),
      });
      return part;
    });
    reading.replaceChildren(head, " ", parts[0], " ", parts[1]);
    slider.setAttribute("aria-valuenow", epoch);
    slider.setAttribute("aria-valuetext", at);
    point();
  }

  function pick(number) {
    read(number);
    pinned = epoch;
  }

  function point() {
    for (const plot of plots) {
      const left = plot.valToPos(epoch, "x");
      if (Math.abs(plot.cursor.left - left) > 0.5) plot.setCursor({ left, top: 0 }, false);
    }
  }

  function tabulate() {
    const table = document.createElement("table");
    table.className = "compact";
    const head = table.createTHead().insertRow();
    for (const name of ["epoch", ...COLUMNS]) {
      const cell = head.appendChild(document.createElement("th"));
      cell.scope = "col";
      cell.textContent = words[name];
    }
    const body = table.createTBody();
    for (let at = 0; at < summary.last; at += 1) {
      const row = body.insertRow();
      const cell = row.appendChild(document.createElement("th"));
      cell.scope = "row";
      cell.textContent = at + 1;
      for (const name of COLUMNS) row.insertCell().textContent = format(name, at, false);
    }
    root.querySelector(".scroll").replaceChildren(table);
  }

  /* Colours follow the page, light or dark; the browser resolves them. */
  const colour = (name) => getComputedStyle(root.querySelector("." + name) || root).color;
  const faded = (name) => colour(name).replace(/^rgb\(([^)]*)\)$/, "rgba($1, 0.18)");

  function options(quantity, holder) {
    const line = (name, dash) => ({
      stroke: () => colour(name),
      width: 2,
      dash,
      points: { show: summary.last < 25, size: name === "train" ? 5 : 7, fill: () => colour(name) },
    });
    const edge = { stroke: "transparent", points: { show: false } };
    const band = (name, series) => ({ series, fill: () => faded(name) });
    const axis = {
      stroke: () => colour("setting"),
      font: `12px ${getComputedStyle(root).fontFamily}`,
      grid: { stroke: () => faded("setting"), width: 1 },
      ticks: { stroke: () => faded("setting"), width: 1, size: 4 },
    };
    const all = quantity === "accuracy" ? 100 : Infinity;
    return {
      width: holder.clientWidth || 300,
      height: 250,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: () => [0.8, Math.max(summary.last, 1) + 0.2] },
        y: {
          range: (_, low, high) => {
            if (low == null) return [0, 1];
            const [from, to] = uPlot.rangeNum(low, high, 0.08, false);
            return [Math.max(0, from), Math.min(all, to)];
          },
        },
      },
      axes: [
        { ...axis, label: words.epoch, labelSize: 22, labelFont: axis.font, size: 30, gap: 3, space: 34, incrs: [1, 2, 5, 10, 20, 50, 100] },
        { ...axis, size: 52, gap: 3 },
      ],
      series: [{}, line("train", [7, 4]), edge, edge, line("val"), edge, edge],
      bands: [band("train", [3, 2]), band("val", [6, 5])],
      hooks: {
        ready: [point],
        setCursor: [
          (plot) => {
            const at = plot.cursor.idx;
            if (plot.cursor.left >= 0 && at != null && at + 1 !== epoch) pick(at + 1);
          },
        ],
      },
    };
  }

  function draw() {
    for (const plot of plots) plot.destroy();
    const epochs = Array.from({ length: summary.last }, (_, at) => at + 1);
    plots = [...root.querySelectorAll(".plot")].map((holder) => {
      const quantity = holder.dataset.quantity;
      const lines = ["train_", "val_"].flatMap((name) => {
        const { mean, low, high } = summary[name + quantity];
        return [mean, low, high];
      });
      return new uPlot(options(quantity, holder), [epochs, ...lines], holder);
    });
  }

  form.addEventListener("change", (event) => update(event.target.name));
  form.addEventListener("submit", (event) => event.preventDefault());
  slider.addEventListener("mouseleave", point);
  slider.addEventListener("keydown", (event) => {
    const back = event.key === "ArrowLeft" || event.key === "ArrowDown";
    const steps = { PageUp: 5, PageDown: -5, Home: -Infinity, End: Infinity };
    const step = event.key.startsWith("Arrow") ? (back ? -1 : 1) : steps[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    pick(epoch + step);
  });

  for (const part of root.querySelectorAll("[hidden]")) part.hidden = false;
  fill(selects.experiment, Object.keys(experiments).map((title) => [title, title]));
  update();

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
