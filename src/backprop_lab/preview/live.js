// In the page that a preview serves: reloads it when there is a newer one, and shows what a
// failed build said, above the last good page.
(() => {
  const shown = "{version}";
  const note = document.createElement("pre");
  note.id = "preview-note";
  note.setAttribute("role", "status");
  Object.assign(note.style, {
    position: "fixed", left: "0", right: "0", bottom: "0", zIndex: "1000", margin: "0",
    padding: "0.6em 1em", maxHeight: "45vh", overflow: "auto", whiteSpace: "pre-wrap",
    font: "14px/1.4 monospace", color: "#fff", display: "none",
  });
  document.body.append(note);
  const events = new EventSource("/events");
  events.onmessage = (event) => {
    const { version, error, busy } = JSON.parse(event.data);
    if (version !== shown) {
      location.reload();
      return;
    }
    note.textContent = error || busy;
    note.style.background = error ? "#8b1a1a" : "#333";
    note.style.display = error || busy ? "block" : "none";
  };
  addEventListener("pagehide", () => events.close());
})();
