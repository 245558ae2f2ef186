// Buttons that let Python go on with something turn by turn. While it runs, each picture asks for the next one: Python
// is never asked for more than it has answered.

import { named } from "./player.js";

const KEPT = 200; // turns of a run after which what has been reached is kept

export class Runner {
  /** `bar` takes the buttons; `onInput({name: turn})` asks for the picture at a turn, `onReached()` keeps the one that is shown. */
  constructor(bar, onInput, onReached) {
    Object.assign(this, { bar, onInput, onReached, spec: null, running: false, buttons: [] });
    this.toggle = document.createElement("button");
    this.toggle.type = "button";
    this.toggle.addEventListener("click", () => (this.running ? this.pause() : this.run()));
    this.count = Object.assign(document.createElement("output"), { className: "live-count" });
    this.#face();
  }

  /** Take what there is to go on with, as the picture that has arrived shows it; null for nothing. */
  show(spec) {
    this.spec = spec;
    this.bar.hidden = !spec;
    if (!spec) return this.pause();
    if (spec.buttons.map(({ label }) => label).join() !== this.buttons.map(({ textContent }) => textContent).join()) this.#build(spec.buttons);
    this.count.textContent = `${spec.unit} ${spec.at} of at most ${spec.length}`;
    if (this.running) this.#reach();
    if (this.running) this.#next();
    for (const button of [this.toggle, ...this.buttons]) button.disabled = spec.at >= spec.length;
  }

  run() {
    this.running = true;
    this.kept = this.spec.at;
    this.#face();
    this.#next();
  }

  pause() {
    this.running = false;
    this.#face();
  }

  #reach() {
    if (this.spec.at - this.kept < KEPT) return;
    this.kept = this.spec.at;
    this.onReached();
  }

  #next() {
    const { at, length, chunk, buttons } = this.spec;
    if (at >= length) return this.pause();
    this.onInput({ [buttons[0].name]: Math.min(length, at + chunk) });
  }

  /** One turn of a kind. */
  #step(index) {
    this.pause();
    const { at, length, buttons } = this.spec;
    if (at < length) this.onInput({ [buttons[index].name]: at + 1 });
  }

  #build(buttons) {
    this.buttons = buttons.map(({ label, help }, index) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label, title: help });
      button.addEventListener("click", () => this.#step(index));
      return button;
    });
    this.bar.replaceChildren(this.toggle, ...this.buttons, this.count);
  }

  #face() {
    named(this.toggle, this.running ? "pause" : "play", this.running ? "Pause" : "Train");
  }
}
