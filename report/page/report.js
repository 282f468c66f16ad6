"use strict";
/* Comforts, none needed to read: light or dark, the section in view marked in the contents, an
   address of the other page passed on to it, another language at the same address, figures
   enlarged, one copy of each file to download, the gallery's filter.
   (A template: no dollar signs here.) */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = document.getElementById("theme");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);

  function showTheme() {
    theme.setAttribute("aria-pressed", isDark());
    document.dispatchEvent(new Event("themechange"));
  }
  theme.addEventListener("click", () => {
    const wanted = isDark() ? "light" : "dark";
    // What the system asks for anyway is not remembered, so that the page follows it again.
    const kept = (wanted === "dark") === dark.matches ? "" : wanted;
    if (kept) root.dataset.theme = kept;
    else delete root.dataset.theme;
    try {
      if (kept) localStorage.setItem("theme", kept);
      else localStorage.removeItem("theme");
    } catch {
      // A browser that keeps nothing for local files: the choice holds until the page is closed.
    }
    showTheme();
  });
  dark.addEventListener("change", showTheme);
  theme.hidden = false;
  showTheme();

  const contents = document.querySelector(".contents");
  const links = new Map();
  for (const link of contents.querySelectorAll("a")) {
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
      const box = link.getBoundingClientRect();
      const frame = contents.getBoundingClientRect();
      if (box.top < frame.top + 40) contents.scrollTop += box.top - frame.top - 40;
      if (box.bottom > frame.bottom - 40) contents.scrollTop += box.bottom - frame.bottom + 40;
    }
    marked = link;
  }
  let asked = false;
  addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      mark();
    });
  }, { passive: true });
  mark();

  // What stands on the other page may have an address from before it was moved there.
  const away = new Set((contents.dataset.away || "").split(" "));
  function passOn() {
    const name = decodeURIComponent(location.hash.slice(1));
    if (name && away.has(name)) location.replace(contents.dataset.page + location.hash);
  }
  addEventListener("hashchange", passOn);
  passOn();
  for (const link of document.querySelectorAll(".editions a[href*='.html']")) {
    link.addEventListener("click", () => (link.hash = location.hash));
  }

  // A figure moves into the dialog and back: a copy would repeat the names that its parts refer to.
  const dialog = document.getElementById("zoom");
  const frame = dialog.querySelector(".frame");
  const rest = document.createElement("div");
  function enlarge(figure, picture) {
    dialog.querySelector("strong").textContent = figure.querySelector(".label").textContent;
    rest.style.height = picture.getBoundingClientRect().height + "px";
    picture.replaceWith(rest);
    frame.append(picture);
    dialog.showModal();
    frame.scrollTo(0, 0);
  }
  dialog.addEventListener("close", () => rest.replaceWith(frame.firstElementChild));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  for (const figure of document.querySelectorAll("figure:not(.table)")) {
    const picture = figure.querySelector("svg, img");
    const below = figure.querySelector(".rebuild");
    if (!picture || !below) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = dialog.dataset.enlarge;
    button.setAttribute(
      "aria-label",
      dialog.dataset.enlarge + " " + figure.querySelector(".label").textContent.replace(/\.\s*/, "")
    );
    button.addEventListener("click", () => enlarge(figure, picture));
    below.prepend(button, " ");
    picture.classList.add("zoomable");
    picture.addEventListener("click", () => {
      if (dialog.open) return;
      button.focus({ preventScroll: true }); // where the focus returns to
      enlarge(figure, picture);
    });
  }

  // A file that several tables offer stands once in the page.
  for (const link of document.querySelectorAll("a.again")) {
    link.href = document.getElementById(link.hash.slice(1)).href;
  }

  const gallery = document.getElementById("gallery");
  if (gallery) {
    const form = gallery.querySelector("form");
    const count = form.querySelector("output");
    const tiles = [...gallery.querySelectorAll("li")];
    const fits = (tile, name, value) => value === "" || tile.dataset[name] === value;
    const filter = () => {
      const label = form.elements.label;
      const predicted = form.elements.predicted;
      for (const tile of tiles) {
        tile.hidden = !["label", "predicted"].every((n) => fits(tile, n, form.elements[n].value));
      }
      const shown = tiles.filter((tile) => !tile.hidden).length;
      count.textContent = count.dataset.words.replace("{n}", shown);
      // How many each choice would show, given the other.
      for (const [select, other] of [[label, predicted], [predicted, label]]) {
        const left = tiles.filter((tile) => fits(tile, other.name, other.value));
        for (const option of select.options) {
          const n = left.filter((tile) => fits(tile, select.name, option.value)).length;
          const name = option.dataset.name;
          option.textContent = count.dataset.choice.replace("{name}", name).replace("{n}", n);
          option.disabled = n === 0 && !option.selected;
        }
      }
    };
    form.addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    filter();
  }
})();
