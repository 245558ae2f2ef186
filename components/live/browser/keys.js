// Keys for a lecturer, who has no hand free for the mouse: while the page is presented, wherever the focus is.

const press = (name) => document.querySelector(`.st-key-${name} button`)?.click();

/** By the key's name in an event: how it is written, what it does in words, and what it does to the live figure. */
const KEYS = {
  ArrowLeft: { sign: "←", words: "previous example", act: () => press("previous") },
  ArrowRight: { sign: "→", words: "next example", act: () => press("next") },
  " ": { sign: "Space", words: "play or pause", act: (figure) => figure.player.spec && figure.player.toggle.click() },
  r: { sign: "R", words: "reset", act: () => press("reset") },
  h: { sign: "H", words: "hide or show the answer", act: () => document.documentElement.classList.toggle("answer-hidden") },
  f: { sign: "F", words: "full screen", act: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()) },
  "?": { sign: "?", words: "these keys", act: (figure) => help(figure.root) },
  Escape: { sign: "Esc", words: "end presenting", act: () => press("end") },
};
const TYPING = "input, select, textarea, [contenteditable], [role=combobox], [role=listbox], [role=dialog] *";

function help(root) {
  const dialog = document.createElement("dialog");
  dialog.className = "live-keys";
  dialog.ariaLabel = "Keys";
  const list = document.createElement("dl");
  for (const { sign, words } of Object.values(KEYS)) {
    list.append(Object.assign(document.createElement("dt"), { textContent: sign }), Object.assign(document.createElement("dd"), { textContent: words }));
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
    const key = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!key) return;
    event.preventDefault();
    key.act(figure);
  };
  document.addEventListener("keydown", hear);
  return () => document.removeEventListener("keydown", hear);
}
