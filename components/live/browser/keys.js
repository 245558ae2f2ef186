// Keys for a lecturer, who has no hand free for the mouse: while the page is presented, wherever the focus is.

const press = (name) => document.querySelector(`.st-key-${name} button`)?.click();

/** Keys, what they do in words, and what they do to the live figure. */
const KEYS = [
  ["←", "previous example", "ArrowLeft", () => press("previous")],
  ["→", "next example", "ArrowRight", () => press("next")],
  ["Space", "play or pause", " ", (figure) => figure.player.spec && figure.player.toggle.click()],
  ["R", "reset", "r", () => press("reset")],
  ["H", "hide or show the answer", "h", (figure) => figure.root.classList.toggle("live-hidden-answer")],
  ["F", "full screen", "f", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen())],
  ["?", "these keys", "?", (figure) => help(figure.root)],
  ["Esc", "end presenting", "Escape", () => press("end")],
];
const TYPING = "input, select, textarea, [contenteditable], [role=combobox], [role=listbox], [role=dialog] *";

function help(root) {
  const dialog = document.createElement("dialog");
  dialog.className = "live-keys";
  dialog.ariaLabel = "Keys";
  const list = document.createElement("dl");
  for (const [name, words] of KEYS) {
    list.append(Object.assign(document.createElement("dt"), { textContent: name }), Object.assign(document.createElement("dd"), { textContent: words }));
  }
  dialog.append(list);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  root.append(dialog);
  dialog.showModal();
}

/** Hear keys for a figure until the returned function is called; `presenting()` says whether they count. */
export function listen(figure, presenting) {
  const hear = (event) => {
    if (!presenting() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.matches?.(TYPING)) return; // Escape, too: it closes a list there
    if (event.key === " " && event.target.matches?.("button")) return;
    if (event.key.startsWith("Arrow") && event.target.matches?.("[role=slider], [role=radio]")) return;
    const key = KEYS.find(([, , name]) => name === (event.key.length === 1 ? event.key.toLowerCase() : event.key));
    if (!key) return;
    event.preventDefault();
    key[3](figure);
  };
  document.addEventListener("keydown", hear);
  return () => document.removeEventListener("keydown", hear);
}
