"use strict";
/* The explorer's data, and the curves of a choice: what is drawn, tabulated and saved.
   The data come from backprop_lab/report/explorer.py, which says their shape. */
const Curves = (() => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const { words, values, columns, variants, runs, experiments } = data;
  const COLUMNS = ["train_accuracy", "val_accuracy", "train_loss", "val_loss"];

  // What is empty was left out.
  for (const cells of Object.values(variants)) {
    for (const column of experiments.flatMap((one) => one.columns)) cells[column] ??= "";
  }

  const say = (text, put) => text.replace(/\{(\w+)\}/g, (_, name) => put[name]);
  const show = (column, cell) => (values[column] && values[column][cell]) || cell || words.none;
  const label = (column) => words[column] || columns[column] || column;
  const isAccuracy = (quantity) => quantity.endsWith("accuracy");

  /* Digits as Python writes them: a number that lies exactly between two, 97.125, goes to the one
     with an even last digit, where toFixed takes the larger. */
  function fixed(value, digits) {
    const exact = value.toFixed(60).split(".");
    const half = exact[1].slice(digits).replace(/0+$/, "") === "5";
    let text = value.toFixed(digits);
    if (half) {
      const down = exact[0] + "." + exact[1].slice(0, digits);
      text = Number(down.at(-1)) % 2 ? text : down;
    }
    const [whole, rest] = text.split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + "." + rest;
  }

  /* A value as the report's tables show it. */
  function number(quantity, value) {
    if (isAccuracy(quantity)) return fixed(100 * value, 2);
    return value < 1e12 ? fixed(value, 4) : value.toExponential(2);
  }

  /* The setting of an experiment with these cells, or the one that is nearest to them. */
  function nearest(experiment, cells, changed) {
    const score = ({ variant }) =>
      experiment.columns.filter((c) => variants[variant][c] === cells[c]).length +
      (changed && variants[variant][changed] === cells[changed] ? 99 : 0);
    return experiment.settings.reduce((a, b) => (score(b) > score(a) ? b : a));
  }

  /* What a choice shows: its runs, how many diverged, and for each quantity mean, low and high. */
  function summarise(setting, seed) {
    const all = setting.runs.map((id) => runs[id]);
    const asked = all.filter((run) => seed === "" || String(run.seed) === seed);
    const gone = asked.filter((run) => run.diverged).length;
    const used = asked.length > 1 ? asked.filter((run) => !run.diverged) : asked;
    const long = used.length ? used : asked;
    const last = Math.max(...long.map((run) => run.val_loss.length));
    const found = { setting, seed, asked: asked.length, gone, last, n: used.length };
    for (const name of COLUMNS) {
      const lists = Array.from({ length: last }, (_, at) =>
        used.map((run) => run[name][at]).filter((v) => v != null)
      );
      const of = (f) => lists.map((list) => (list.length ? f(list) : null));
      found[name] = {
        mean: used.length > 1 ? setting.mean[name] : of((list) => list[0]),
        low: of((list) => Math.min(...list)),
        high: of((list) => Math.max(...list)),
      };
    }
    return found;
  }

  /* One value of a curve in words, with its range over the seeds. */
  function text(curve, quantity, at, unit) {
    const { mean, low, high } = curve[quantity];
    if (mean[at] == null) return words.no_value;
    const put = (v) => number(quantity, v) + (isAccuracy(quantity) && unit ? words.percent : "");
    const written = { mean: put(mean[at]), low: put(low[at]), high: put(high[at]) };
    return low[at] === high[at] ? written.mean : say(words.spread, written);
  }

  /* The choice in a sentence. */
  function sentence(curve) {
    const cells = variants[curve.setting.variant];
    const parts = [say(words.setting, { ...cells, epochs: curve.last, n: curve.asked })];
    if (curve.gone && curve.asked === 1) parts.push(words.diverged_alone);
    else if (curve.gone) parts.push(say(words.diverged, { n: curve.gone, total: curve.asked }));
    return parts.join(" ");
  }

  return {
    words, variants, runs, experiments, COLUMNS, say, show, label, isAccuracy,
    nearest, summarise, text, sentence,
  };
})();
