"use strict";
/* What the explorer shows, as a CSV or as an image.  Nothing leaves the page. */
const Saving = (() => {
  const { words, COLUMNS } = Curves;

  function save(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /* A row an epoch and choice, in full precision: accuracies are fractions. */
  function table(view, curves) {
    const statistics = ["mean", "low", "high"];
    const names = COLUMNS.flatMap((name) => statistics.map((one) => name + "_" + one));
    const rows = [["variant", "seeds", "epoch", ...names]];
    for (const curve of curves) {
      const seeds = curve.seed || curve.setting.runs.map((id) => Curves.runs[id].seed).join(" ");
      for (let epoch = view.from; epoch <= Math.min(view.to, curve.last); epoch += 1) {
        const cells = COLUMNS.flatMap((name) => statistics.map((one) => curve[name][one][epoch - 1] ?? ""));
        rows.push([curve.setting.variant, seeds, epoch, ...cells]);
      }
    }
    return rows.map((row) => row.join(",") + "\n").join("");
  }

  const csv = (view, curves) =>
    save("learning-curves.csv", new Blob([table(view, curves)], { type: "text/csv" }));

  /* Both plots side by side, with the choices and their lines named above. */
  function image(lines, curves) {
    const canvases = Plots.canvases();
    const ratio = devicePixelRatio || 1;
    const gap = 16 * ratio, row = 20 * ratio;
    const canvas = document.createElement("canvas");
    const rows = curves.length + lines.length + 1;
    canvas.width = canvases.reduce((sum, one) => sum + one.width + gap, gap);
    canvas.height = rows * row + Math.max(...canvases.map((one) => one.height)) + 2 * gap;
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(document.body);
    pen.fillStyle = style.backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const write = (words, x, y, colour, weight = "") => {
      pen.font = `${weight} ${Plots.font(13 * ratio)}`.trim();
      pen.fillStyle = colour;
      pen.fillText(words, x, y, canvas.width - x - gap);
    };
    let y = gap + row / 2;
    for (const curve of curves) {
      write(curve.setting.variant + words.colon + Curves.sentence(curve), gap, y, style.color);
      y += row;
    }
    for (const line of lines) {
      const colour = Plots.colour(line.name);
      write("— " + line.title, gap, y, colour, "600");
      y += row;
    }
    let x = gap;
    for (const [at, quantity] of ["accuracy", "loss"].entries()) {
      write(words[quantity], x, y, style.color, "600");
      pen.drawImage(canvases[at], x, y + gap / 2);
      x += canvases[at].width + gap;
    }
    canvas.toBlob((blob) => save("learning-curves.png", blob), "image/png");
  }

  return { csv, image };
})();
