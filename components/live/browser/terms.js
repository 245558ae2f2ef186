// Words that a learner may not know, explained where they stand: under the pointer, and by key. A click opens the glossary.

import { GLOSSARY } from "./glossary.js";

/** By what stands on screen: what it means, and under which name the glossary has it. */
const MEANINGS = Object.fromEntries(
  Object.entries(GLOSSARY).flatMap(([name, { means, quiet, also = [] }]) => [...(quiet ? [] : [name]), ...also].map((word) => [word, { means, name }])),
);
const WORDS = Object.keys(MEANINGS).sort((one, other) => other.length - one.length);
const ANY = new RegExp(`(?<![\\p{L}\\p{N}])(${WORDS.join("|")})(?![\\p{L}\\p{N}])`, "giu");
const meaning = (word) => MEANINGS[word] ?? MEANINGS[word.toLowerCase()];

/** Write a text into an element, its terms such that they can be asked for. Nothing is touched while the text stays. */
export function write(element, text) {
  if (element.textContent === text) return;
  const parts = text.split(ANY).map((part, index) => {
    if (index % 2 === 0 || !meaning(part)) return part;
    return Object.assign(document.createElement("span"), { className: "live-term", textContent: part, tabIndex: 0 });
  });
  element.replaceChildren(...parts);
}

/** Explains the terms inside an element, and those in the titles of a chart's axes, until `signal`. */
export class Terms {
  constructor(element, signal) {
    this.tip = Object.assign(document.createElement("div"), { className: "live-tip", id: "live-tip", hidden: true });
    this.tip.role = "tooltip";
    element.append(this.tip);
    const show = ({ target }) => this.#show(target.closest?.(".live-term, .infolayer text"));
    element.addEventListener("pointerover", show);
    element.addEventListener("focusin", show);
    const hide = () => this.#show(null);
    element.addEventListener("focusout", hide);
    const look = ({ target }) => {
      const word = target.closest?.(".live-term")?.textContent;
      if (word) window.open(`glossary?${new URLSearchParams({ term: meaning(word).name })}`, "_blank", "noopener");
    };
    element.addEventListener("click", look);
    element.addEventListener("keydown", (event) => event.key === "Enter" && look(event));
    element.addEventListener("pointerleave", hide);
    document.addEventListener("scroll", hide, { capture: true, passive: true, signal });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && hide(), { signal });
  }

  #show(term) {
    const [word] = (term?.textContent.match(ANY) ?? []).filter(meaning);
    this.asked?.removeAttribute("aria-describedby");
    this.asked = word && term;
    this.tip.hidden = !word;
    if (!word) return;
    term.setAttribute("aria-describedby", this.tip.id);
    this.tip.textContent = meaning(word).means;
    const { left, bottom, top } = term.getBoundingClientRect();
    const { width, height } = this.tip.getBoundingClientRect();
    this.tip.style.left = `${Math.max(4, Math.min(left, window.innerWidth - width - 4))}px`;
    this.tip.style.top = `${bottom + height + 8 > window.innerHeight ? top - height - 4 : bottom + 4}px`;
  }
}
