// Words that a learner may not know, explained where they stand: under the pointer, and by key.

const MEANINGS = {
  accuracy: "Of all examples, the share that is called right.",
  calibration: "Whether what is predicted happens as often as it is predicted.",
  "cross-validation": "The rows are parted; each part is predicted by a fit to the others.",
  curvature: "How fast the slope grows along the axis: the second derivative.",
  df: "Degrees of freedom: how many free weights the fit amounts to.",
  divergence: "How far one distribution is from another; 0 where they are equal.",
  "duality gap": "By how much the objective lies above the least there is, at most.",
  "Huber: δ": "The size of the residual from which on the pull grows no more.",
  "label smoothing": "The share of the target that is given to all classes alike.",
  "learning rate": "How far a step goes for a slope of 1.",
  leverage: "How far out in x a point lies: the farther, the more it can turn a line.",
  logit: "A score before it becomes a probability: 0 is even odds.",
  logits: "Scores before they become probabilities.",
  "largest stable": "The learning rate above which the path leaves its minimum: 2 over the sharpness, for plain descent.",
  margin: "Label times score, y·f: above 0 the answer is right, and the surer the larger. A loss with a margin m asks for at least m.",
  momentum: "The share of the last step that goes into the next.",
  "Focal: γ": "How much less an example counts that is right already; at 0 all count alike.",
  "L2 penalty": "The price of large weights: λ times the sum of their squares is added to the loss.",
  "one-SE rule": "The strongest penalty whose cross-validated error is within one standard error of the least.",
  precision: "Of those called positive, the share that is positive.",
  pull: "How hard an example draws the prediction: the slope of its loss.",
  recall: "Of the positive ones, the share that is called positive.",
  residual: "Prediction minus target.",
  RMSE: "The root of the mean squared residual, in the unit of y.",
  "R²": "The share of the variance of y that the line explains; below 0 the mean of y would do better.",
  sharpness: "The largest curvature of the loss, in any direction.",
  temperature: "Logits are divided by it: above 1 probabilities move together, below 1 apart.",
  "weight decay": "The share by which weights shrink at each step, times the learning rate.",
};
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
    this.tip.textContent = meaning(word);
    const { left, bottom, top } = term.getBoundingClientRect();
    const { width, height } = this.tip.getBoundingClientRect();
    this.tip.style.left = `${Math.max(4, Math.min(left, window.innerWidth - width - 4))}px`;
    this.tip.style.top = `${bottom + height + 8 > window.innerHeight ? top - height - 4 : bottom + 4}px`;
  }
}
