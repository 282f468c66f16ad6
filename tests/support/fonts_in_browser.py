"""Which fonts a browser draws a page's text in: the page's own, or the machine's.

All that a page may show is looked at: text, drawings, form controls, what style.css puts before
an element, and the words that a script draws on a canvas.
"""

from __future__ import annotations

from pathlib import Path

#: A fontconfig that knows the fonts of one folder alone.
_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
#: Runs before the page's own scripts: keep what they draw, in which font.
RECORD = """(() => {
  window.drawnOnCanvas = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    window.drawnOnCanvas.push([String(text), this.font]);
    return fillText.call(this, text, ...rest);
  };
})()"""
#: Puts what was drawn on a canvas into the page, then marks for each style the elements that
#: together hold every character set in it.
_MARK = """async () => {
  await document.fonts.ready;
  for (const [text, font] of window.drawnOnCanvas || []) {
    const copied = document.body.appendChild(document.createElement("span"));
    copied.style.font = font;
    copied.textContent = text;
  }
  const seen = new Map();
  const note = (element, style, text) => {
    const key = [style.fontFamily, style.fontWeight, style.fontStyle, style.fontSize].join("|");
    if (!seen.has(key)) seen.set(key, new Set());
    const known = seen.get(key);
    const fresh = [...text].filter((sign) => sign.trim() && !known.has(sign));
    for (const sign of fresh) known.add(sign);
    if (fresh.length) element.dataset.fontsAsked = "";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element.closest("script, style, noscript, annotation") || !node.data.trim()) continue;
    if (element.checkVisibility()) note(element, getComputedStyle(element), node.data);
  }
  for (const element of document.querySelectorAll("*")) {
    for (const place of ["::before", "::after"]) {
      const style = getComputedStyle(element, place);
      if (style.content.startsWith('"')) note(element, style, style.content.slice(1, -1));
    }
    if (element.matches("select, input, textarea")) element.dataset.fontsAsked = "";
  }
  return [...seen].map(([style, signs]) => [style, [...signs].join("")]);
}"""
#: Draws each sign alone; the pixels tell one glyph from another.
DRAW = """([signs, style]) => {
  const [family, weight, slant] = style.split("|");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const { length } = window.drawnOnCanvas || [];
  const drawn = [...signs].map((sign) => {
    canvas.width = canvas.height = 48;
    context.font = `${slant} ${weight} 20px ${family}`;
    context.fillText(sign, 8, 32);
    return context.getImageData(0, 0, 48, 48).data.join();
  });
  if (length !== undefined) window.drawnOnCanvas.length = length; // what the page drew itself
  return drawn;
}"""
#: No font has it: what is drawn for it is drawn for whatever there is no glyph for.
NOWHERE = "\ue123"


def only_dejavu(folder: Path) -> dict[str, str]:
    """Return the environment of a browser on a machine whose only font is DejaVu Sans.

    Args:
        folder: for the font and the configuration.
    """
    from backprop_lab.report.font_files import FIGURE_FACE, latin_folder

    (folder / "fonts").mkdir(parents=True)
    (folder / "fonts" / FIGURE_FACE[1]).symlink_to(latin_folder() / FIGURE_FACE[1])
    config = folder / "fonts.conf"
    config.write_text(_CONFIG.format(folder=folder / "fonts", cache=folder / "cache"))
    return {"FONTCONFIG_FILE": str(config)}


def fonts_of(page) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Look at all text that a page shows at the moment.

    Args:
        page: of Playwright, opened with RECORD as a script of its context.

    Returns:
        Font of the machine -> texts that it draws; and (style, characters) of all that is shown,
        a style as DRAW takes it.
    """
    styles = page.evaluate(_MARK)
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    nodes = session.send("DOM.getFlattenedDocument", {"depth": -1, "pierce": True})["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    asked = [
        node
        for node in nodes
        if "data-fonts-asked" in node.get("attributes", ()) or _in_control(node, by_id)
    ]
    found: dict[str, list[str]] = {}
    for node in asked:
        answer = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})
        for font in answer["fonts"]:
            if not font["isCustomFont"]:
                html = session.send("DOM.getOuterHTML", {"nodeId": node["nodeId"]})["outerHTML"]
                found.setdefault(font["familyName"], []).append(html[:200])
    session.detach()
    return found, [tuple(one) for one in styles]


def _in_control(node: dict, by_id: dict[int, dict]) -> bool:
    """Say whether an element is one that the browser itself puts inside a form control."""
    while node.get("nodeType") == 1 and "parentId" in node:
        node = by_id.get(node["parentId"], {})
        if node.get("shadowRootType") == "user-agent":
            return True
    return False


def without_glyph(page, styles: list[tuple[str, str]]) -> dict[str, str]:
    """Return style -> those of its characters that are drawn as a missing one is."""
    found = {}
    for style, signs in styles:
        *drawn, box = page.evaluate(DRAW, [signs + NOWHERE, style])
        missing = "".join(sign for sign, pixels in zip(signs, drawn, strict=True) if pixels == box)
        if missing:
            found[style] = missing
    return found
