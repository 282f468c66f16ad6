"use strict";
/* The explorer's two plots, accuracy and loss, drawn by uPlot.  A line is one part (training or
   validation) of one choice: {name, part, curve}, with the colour of the class `name`. */
const Plots = (() => {
  const { words } = Curves;
  const root = document.getElementById("explorer");
  const font = (size) => `${size}px ${getComputedStyle(root).fontFamily}`; // in the page itself
  let drawn = [];

  /* Colours follow the page, light or dark; the browser resolves them. */
  const colour = (name) => getComputedStyle(root.querySelector("." + name) || root).color;
  const faded = (name) => colour(name).replace(/^rgb\(([^)]*)\)$/, "rgba($1, 0.18)");

  /* The series of a line: its mean and the two edges of its band. */
  function series({ name, part }, few) {
    const second = name.endsWith("2");
    const edge = { stroke: "transparent", points: { show: false } };
    return [
      {
        stroke: () => colour(name),
        width: second ? 1.5 : 2,
        dash: part === "train" ? (second ? [2, 3] : [7, 4]) : second ? [12, 3, 2, 3] : undefined,
        points: { show: few, size: part === "train" ? 5 : 7, fill: () => colour(name) },
      },
      edge,
      edge,
    ];
  }

  /* How far an axis goes. */
  function yRange(quantity, log) {
    return (_, low, high) => {
      if (low == null || !isFinite(low)) return log ? [0.1, 1] : [0, 1];
      if (log) return uPlot.rangeLog(low, high, 10, false);
      const [from, to] = uPlot.rangeNum(low, high, 0.08, false);
      return [Math.max(0, from), Math.min(quantity === "accuracy" ? 100 : Infinity, to)];
    };
  }

  function options(quantity, holder, view, lines) {
    const { from, to } = view;
    const logX = view.log.has("epoch");
    const logY = quantity === "loss" && view.log.has("loss");
    const axis = {
      stroke: () => colour("setting"),
      font: font(12),
      grid: { stroke: () => faded("setting"), width: 1 },
      ticks: { stroke: () => faded("setting"), width: 1, size: 4 },
    };
    const tens = (_, splits) => splits.map((v) => (v == null ? "" : String(Number(v.toPrecision(3)))));
    const epochs = { label: words.epoch, labelSize: 22, labelFont: axis.font, size: 30, gap: 3, space: 34 };
    return {
      width: holder.clientWidth || 300,
      height: 250,
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        bind: { dblclick: () => null },
      },
      scales: {
        x: { time: false, distr: logX ? 3 : 1, range: () => (logX ? [from * 0.94, to * 1.06] : [from - 0.2, to + 0.2]) },
        y: { distr: logY ? 3 : 1, range: yRange(quantity, logY) },
      },
      axes: [
        { ...axis, ...epochs, ...(logX ? { values: tens } : { incrs: [1, 2, 5, 10, 20, 50, 100] }) },
        { ...axis, size: 52, gap: 3, ...(logY ? { values: tens } : {}) },
      ],
      series: [{}, ...lines.flatMap((line) => series(line, to - from < 24))],
      bands: lines.map((line, at) => ({ series: [3 * at + 3, 3 * at + 2], fill: () => faded(line.name) })),
      hooks: {
        ready: [() => point(view.epoch)], // only now do the scales exist
        setCursor: [
          (plot) => {
            const at = plot.cursor.idx;
            if (plot.cursor.left >= 0 && at != null) view.pick(plot.data[0][at], false);
          },
        ],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 8) return;
            plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            const ends = [left, left + width].map((at) => Math.round(plot.posToVal(at, "x")));
            view.zoom(...ends);
          },
        ],
      },
    };
  }

  /* Draw lines anew: the epochs view.from to view.to, scales in view.log logarithmic. */
  function draw(view, lines) {
    for (const plot of drawn) plot.destroy();
    const epochs = Array.from({ length: view.to - view.from + 1 }, (_, at) => view.from + at);
    drawn = [...root.querySelectorAll(".plot")].map((holder) => {
      const quantity = holder.dataset.quantity;
      const positive = quantity === "loss" && view.log.has("loss"); // zero has no logarithm
      const scale = quantity === "accuracy" ? 100 : 1;
      const data = lines.flatMap(({ part, curve }) => {
        const { mean, low, high } = curve[part + "_" + quantity];
        const seen = (v) => (v == null || (positive && v <= 0) ? null : v * scale);
        return [mean, low, high].map((list) => epochs.map((epoch) => seen(list[epoch - 1])));
      });
      return new uPlot(options(quantity, holder, view, lines), [epochs, ...data], holder);
    });
    for (const plot of drawn) {
      plot.over.addEventListener("dblclick", () => view.zoom(1, Infinity));
    }
  }

  /* Put the line of both plots at an epoch. */
  function point(epoch) {
    for (const plot of drawn) {
      const left = plot.valToPos(epoch, "x");
      if (!isFinite(left)) continue; // not laid out yet: `ready` comes back
      if (Math.abs(plot.cursor.left - left) > 0.5) plot.setCursor({ left, top: 0 }, false);
    }
  }

  /* The epoch under a finger. */
  function epochAt(clientX, target) {
    const plot = drawn.find((one) => one.root.contains(target));
    if (!plot) return null;
    const at = plot.posToIdx(clientX - plot.over.getBoundingClientRect().left);
    return plot.data[0][at];
  }

  return { draw, point, epochAt, colour, font, canvases: () => drawn.map((plot) => plot.ctx.canvas) };
})();
