"use strict";
/* What is wider than a phone: a table of few cells becomes a stack of its rows, each cell beside its
   name; a larger one keeps its first column in sight while the others scroll.  And whatever
   scrolls is within the keyboard's reach.  (A template: no dollar signs here.) */
(() => {
  const phone = matchMedia("(max-width: 40rem)");
  const FEW = 72; // cells, a line each in a stack; beyond that a table is read sooner by moving it
  const figures = [...document.querySelectorAll("figure.table:not(.cards)")];
  const wide = [...document.querySelectorAll(".scroll, .equation, pre")];
  const isWide = (element) => element.scrollWidth > element.clientWidth + 1;

  /* The names of the columns; a head above several of them stands before each of their own. */
  function columns(table) {
    const [upper, lower] = [...table.tHead.rows].map((row) => [...row.cells]);
    const words = (cell) => cell.textContent.trim();
    return upper.flatMap((cell) => {
      if (!lower || cell.rowSpan > 1) return [words(cell)];
      return lower.splice(0, cell.colSpan).map((below) => words(cell) + " · " + words(below));
    });
  }

  function nameCells(table) {
    const names = columns(table);
    for (const row of table.tBodies[0].rows) {
      [...row.cells].forEach((cell, at) => (cell.dataset.head = names[at]));
    }
  }

  function fit() {
    for (const figure of figures) figure.classList.remove("stacked", "pinned");
    const tooWide = phone.matches ? figures.filter((one) => isWide(one.querySelector(".scroll"))) : [];
    for (const figure of tooWide) {
      const table = figure.querySelector("table");
      const isFew = table.querySelectorAll("tbody td").length <= FEW;
      figure.classList.add(isFew ? "stacked" : "pinned");
      if (isFew) nameCells(table);
    }
    for (const element of wide) {
      if (isWide(element)) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  }
  addEventListener("resize", fit);
  addEventListener("toggle", fit, true); // a table that is unfolded
  document.fonts.ready.then(fit);
  fit();
})();
