// A playhead over precomputed paths: play, pause, step, scrub, speed, loop. Drawn on a canvas above
// the chart, so a frame costs a few milliseconds and needs no message to Python.

import { prepare } from "./painter.js";
import { Tables } from "./tables.js";
import { drawLines, drawTracks } from "./tracks.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const STEPS_PER_SECOND = 30;
const CALM_STEPS_PER_SECOND = 4; // where the visitor asks for reduced motion

/** Outlines of what stands on the buttons, in a square of 16. */
const ICONS = {
  start: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M11 3v10L4 8z",
  play: "M4 2v12l9-6z",
  pause: "M3 3h3.5v10H3zM9.5 3H13v10H9.5z",
  on: "M5 3v10l7-5z",
};

/** Give a button its icon and its name, which may end with the key that does the same, in brackets. */
export function named(element, icon, label) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 16 16");
  const outline = document.createElementNS("http://www.w3.org/2000/svg", "path");
  outline.setAttribute("d", ICONS[icon]);
  picture.append(outline);
  element.replaceChildren(picture);
  return Object.assign(element, { ariaLabel: label.replace(/ \(.\)$/, ""), title: label });
}

const button = (icon, label, onClick) => {
  const element = document.createElement("button");
  element.type = "button";
  named(element, icon, label);
  element.addEventListener("click", onClick);
  return element;
};

/** A number as the rest of the page writes it: three significant digits, a real minus sign, – for none. */
function written(value) {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = value === 0 ? "0" : size >= 1e-4 && size < 1e6 ? fixed(value) : value.toExponential(2);
  return text.replace(/-/g, "−");
}

const fixed = (value) => (Math.abs(value) >= 1e3 ? value.toFixed(0) : value.toPrecision(3));

/** A table at a step. The parts of a cell stand below one another where several columns have to share the room. */
function atStep({ caption, quantities, columns }, step) {
  const between = columns.length > 1 ? "\n" : ", ";
  const cell = (parts) => (parts.length ? parts.map((values) => written(values[step])).join(between) : "–");
  return {
    caption: `${caption} ${step}`,
    columns: ["", ...columns.map(({ name }) => name)],
    rows: quantities.map((name, index) => ({ cells: [name, ...columns.map(({ cells }) => cell(cells[index]))], color: "inherit" })),
  };
}

export class Player {
  /** `bar` takes the buttons, `stage` the canvas, `table` the numbers; `onInput({playhead})` reports where it rests. */
  constructor(bar, stage, table, chart, onInput) {
    Object.assign(this, { bar, stage, chart, onInput, spec: null, at: 0, speed: 1, loop: false, playing: false });
    this.table = new Tables(table);
    this.canvas = Object.assign(document.createElement("canvas"), { className: "live-canvas", ariaHidden: "true" });
    stage.append(this.canvas);
    this.toggle = button("play", "Play (k)", () => (this.playing ? this.pause() : this.play()));
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
      button("start", "Back to the start", () => this.seek(0)),
      button("back", "One step back (,)", () => this.seek(Math.round(this.at) - 1)),
      this.toggle,
      button("on", "One step forward (.)", () => this.seek(Math.round(this.at) + 1)),
      this.scrub, this.count, this.pace, loop,
    );
    bar.closest(".live-figure").addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Take new paths. A playhead that is under way goes on over them, one at the end stays at the end; with
   * `settled` Python's word on where it stands counts.
   */
  show(spec, settled) {
    this.bar.hidden = this.canvas.hidden = !spec;
    const atEnd = this.spec === null || this.at === this.spec.length;
    this.spec = spec;
    if (!spec) {
      this.table.show([]);
      return this.#stop();
    }
    this.scrub.max = spec.length;
    if (!this.playing) this.at = settled ? spec.at : atEnd ? spec.length : this.at;
    this.at = Math.min(this.at, spec.length);
    this.draw();
  }

  play() {
    if (!this.spec.length) return;
    if (this.at >= this.spec.length) this.at = 0;
    this.playing = true;
    this.#face("pause", "Pause (k)");
    this.before = undefined;
    this.frame = requestAnimationFrame((now) => this.#tick(now));
  }

  pause() {
    this.#stop();
    this.seek(Math.round(this.at));
  }

  seek(step) {
    this.#stop();
    this.at = Math.max(0, Math.min(this.spec.length, step));
    this.draw();
    this.onInput({ playhead: this.at });
  }

  /** Draw every path up to the playhead, and the numbers there. */
  draw() {
    if (!this.spec || !this.chart.figure) return;
    this.paint(prepare(this.canvas, this.chart.element), getComputedStyle(this.stage).getPropertyValue("--st-background-color"));
    const step = Math.round(this.at);
    this.scrub.value = step;
    this.count.textContent = `step ${step} of ${this.spec.length}`;
    const { table } = this.spec;
    if (table) this.table.show([atStep(table, step)], ["inherit", ...table.columns.map(({ color }) => color)]);
  }

  /** Draw the paths with any pen; `halo` is the colour around them. */
  paint(pen, halo) {
    if (!this.spec) return;
    const { lines, tracks } = this.spec;
    const shown = ({ axes }) => this.chart.panels.has(axes); // a figure of other panels may be drawn before its paths arrive
    drawLines(pen, this.chart, lines.filter(shown), this.at);
    drawTracks(pen, this.chart, tracks.filter(shown), this.at, halo);
  }

  close() {
    cancelAnimationFrame(this.frame);
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
    this.#face("play", "Play (k)");
  }

  #face(icon, label) {
    named(this.toggle, icon, label);
  }

  /** Keys that work wherever the focus is in the figure, but where something is typed or chosen. */
  #key(event) {
    if (!this.spec || event.target.matches("input[type=text], select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { ",": () => this.seek(Math.round(this.at) - 1), ".": () => this.seek(Math.round(this.at) + 1), k: () => this.toggle.click() };
    keys[event.key]?.();
  }
}
