// Keys for a lecturer, who has no hand free for the mouse: while the page is presented, wherever the focus is.

/** Press a button of the page; false where there is none. */
const press = (name) => {
  const button = document.querySelector(`.st-key-${name} button`);
  return button ? button.click() : false;
};

/** By the key's name in an event: how it is written, what it does in words, and what it does to the live figure, false for nothing. */
const KEYS = {
  ArrowLeft: { sign: "←", words: "previous example", act: () => press("previous") },
  ArrowRight: { sign: "→", words: "next example", act: () => press("next") },
  " ": { sign: "Space", words: "play or pause", act: (figure) => (figure.player.spec ? figure.player.toggle.click() : figure.runner.spec ? figure.runner.toggle.click() : false) },
  r: { sign: "R", words: "reset", act: () => press("reset") },
  h: { sign: "H", words: "hide or show the answer", act: () => void document.documentElement.classList.toggle("answer-hidden") },
  f: { sign: "F", words: "full screen", act: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()) },
  "?": { sign: "?", words: "these keys", act: (figure) => help(figure.root) },
  Escape: { sign: "Esc", words: "end presenting", act: () => press("end") },
};
/** Where keys are typed, chosen or closed with: none of them is ours there. */
const TYPING = "input, select, textarea, [contenteditable], [role=combobox], [role=listbox], [role=option], [role=dialog] *, [data-testid=stPopoverBody] *";
/** What a key does by itself where the focus is, by the key's kind. */
const TAKES_SPACE = "a, button, summary, label, [role=button], [role=tab], [role=radio], [role=checkbox], [role=switch], [role^=menuitem]";
const TAKES_ARROWS = "[role=slider], [role=tab], [role=radio], [role^=menuitem], .live-tables";
const POPOVER = "[data-testid=stPopoverBody]";

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

/** Hear keys for a figure until `signal`; `presenting()` says whether they count. */
export function listen(figure, presenting, signal) {
  const hear = (event) => {
    if (!presenting() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const at = (selector) => event.target.matches?.(selector);
    if (at(TYPING) || (event.key === " " && at(TAKES_SPACE)) || (event.key.startsWith("Arrow") && at(TAKES_ARROWS))) return;
    if (event.key === "Escape" && document.querySelector(POPOVER)) return; // it closes that
    const key = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (key && key.act(figure) !== false) event.preventDefault();
  };
  document.addEventListener("keydown", hear, { signal });
}
