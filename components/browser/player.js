// A playhead over precomputed paths: play, pause, step, scrub, speed, loop. Drawn on a canvas above
// the chart, so a frame costs a fraction of a millisecond and needs no message to Python.

import { prepare } from "./painter.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const STEPS_PER_SECOND = 30;
const CALM_STEPS_PER_SECOND = 4; // where the visitor asks for reduced motion

const button = (text, label, onClick) => {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent: text, ariaLabel: label, title: label });
  element.addEventListener("click", onClick);
  return element;
};

export class Player {
  /** `bar` takes the buttons, `stage` the canvas; `onInput({playhead: step})` reports where it rests. */
  constructor(bar, stage, chart, onInput) {
    Object.assign(this, { bar, stage, chart, onInput, spec: null, at: 0, speed: 1, loop: false, playing: false });
    this.canvas = Object.assign(document.createElement("canvas"), { className: "live-canvas", ariaHidden: "true" });
    stage.append(this.canvas);
    this.toggle = button("▶", "Play", () => (this.playing ? this.pause() : this.play()));
    this.scrub = Object.assign(document.createElement("input"), { type: "range", min: 0, step: 1, ariaLabel: "Step" });
    this.scrub.addEventListener("input", () => this.seek(this.scrub.valueAsNumber));
    this.count = Object.assign(document.createElement("output"), { className: "live-count" });
    this.pace = Object.assign(document.createElement("select"), { ariaLabel: "Speed" });
    this.pace.append(...SPEEDS.map((speed) => new Option(`${speed}×`, speed, speed === 1, speed === 1)));
    this.pace.addEventListener("change", () => (this.speed = Number(this.pace.value)));
    this.again = Object.assign(document.createElement("input"), { type: "checkbox" });
    this.again.addEventListener("change", () => (this.loop = this.again.checked));
    const loop = document.createElement("label");
    loop.append(this.again, " loop");
    bar.append(
      button("⏮", "Back to the start", () => this.seek(0)),
      button("◀", "One step back", () => this.seek(Math.round(this.at) - 1)),
      this.toggle,
      button("▶▏", "One step forward", () => this.seek(Math.round(this.at) + 1)),
      this.scrub, this.count, this.pace, loop,
    );
    bar.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Take new paths; a playhead that is under way goes on over them. */
  show(spec) {
    this.bar.hidden = this.canvas.hidden = !spec;
    const first = this.spec === null;
    this.spec = spec;
    if (!spec) return this.#stop();
    this.scrub.max = spec.length;
    this.at = Math.min(first ? spec.at ?? 0 : this.at, spec.length);
    this.draw();
  }

  play() {
    if (this.at >= this.spec.length) this.at = 0;
    this.playing = true;
    this.#face("⏸", "Pause");
    this.before = undefined;
    this.frame = requestAnimationFrame((now) => this.#tick(now));
  }

  pause() {
    this.#stop();
    this.at = Math.round(this.at);
    this.draw();
    this.onInput({ playhead: this.at });
  }

  seek(step) {
    this.#stop();
    this.at = Math.max(0, Math.min(this.spec.length, step));
    this.draw();
    this.onInput({ playhead: this.at });
  }

  /** Draw every track up to the playhead, with a marker at its tip. */
  draw() {
    if (!this.spec || !this.chart.figure) return;
    const pen = prepare(this.canvas, this.chart.element);
    for (const track of this.spec.tracks) this.#track(pen, track);
    this.scrub.value = Math.round(this.at);
    this.count.textContent = `step ${Math.round(this.at)} of ${this.spec.length}`;
  }

  close() {
    cancelAnimationFrame(this.frame);
  }

  #track(pen, { x, y, axes, color, dash = [], trail = true }) {
    const last = x.length - 1;
    const whole = Math.min(Math.floor(this.at), last);
    const rest = Math.min(this.at, last) - whole;
    const between = (values) => values[whole] + (rest > 0 ? rest * (values[whole + 1] - values[whole]) : 0);
    const [toLeft, toTop] = this.chart.scales(axes);
    const tip = [toLeft(between(x)), toTop(between(y))];
    pen.save();
    pen.beginPath();
    pen.rect(...this.chart.area(axes));
    pen.clip();
    pen.strokeStyle = pen.fillStyle = color;
    if (trail) {
      pen.lineWidth = 2;
      pen.setLineDash(dash);
      pen.beginPath();
      for (let step = 0; step <= whole; step += 1) pen.lineTo(toLeft(x[step]), toTop(y[step]));
      pen.lineTo(...tip);
      pen.stroke();
    }
    pen.beginPath();
    pen.arc(...tip, 6, 0, 2 * Math.PI);
    pen.fill();
    pen.restore();
  }

  #tick(now) {
    const pace = matchMedia("(prefers-reduced-motion: reduce)").matches ? CALM_STEPS_PER_SECOND : STEPS_PER_SECOND;
    this.at += ((now - (this.before ?? now)) / 1000) * pace * this.speed;
    this.before = now;
    if (this.at >= this.spec.length) {
      if (!this.loop) {
        this.at = this.spec.length;
        return this.pause();
      }
      this.at = 0;
    }
    this.draw();
    this.frame = requestAnimationFrame((next) => this.#tick(next));
  }

  #stop() {
    this.playing = false;
    cancelAnimationFrame(this.frame);
    this.#face("▶", "Play");
  }

  #face(text, label) {
    Object.assign(this.toggle, { textContent: text, ariaLabel: label, title: label });
  }

  #key(event) {
    if (event.target.matches("input, select, button") && event.key === " ") return;
    const steps = { ",": -1, ".": 1 };
    if (event.key in steps) this.seek(Math.round(this.at) + steps[event.key]);
    else if (event.key === "k") this.toggle.click();
  }
}
