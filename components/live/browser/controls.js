// Sliders, number entries and switches that move the picture while they are dragged.

import { write } from "./terms.js";

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?Infinity$/i;
const IN_SIGHT = 3; // sliders and switches that are not folded away
const LONG = 3; // rows of a table, above which one less: it has to be in sight below them
const POSITIONS = 200; // stops of a slider, unless it counts whole numbers

const html = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Three significant digits for what a slider gives, all of them for what was typed. */
const round = (value) => Number(value.toPrecision(3));
const format = (value) => String(Number(value.toPrecision(6)));

class Slider {
  constructor(spec, onInput) {
    this.onInput = onInput;
    this.range = html("input", { type: "range", min: 0, step: 1 });
    this.entry = html("input", { type: "text", inputMode: "decimal", autocomplete: "off" });
    this.name = html("span", { className: "live-name" });
    this.message = html("span", { className: "live-message", role: "alert", id: `live-message-${spec.name}` });
    this.entry.setAttribute("aria-describedby", this.message.id);
    this.element = html("div", { className: "live-control" }, this.name, this.range, this.entry, this.message);
    this.range.addEventListener("input", () => this.#slide());
    this.entry.addEventListener("change", () => this.#type());
    this.entry.addEventListener("blur", () => this.#leave());
    this.show(spec);
  }

  show(spec) {
    this.spec = spec;
    this.range.max = this.stops = spec.whole ? spec.high - spec.low : POSITIONS;
    write(this.name, spec.label);
    this.name.style.setProperty("--name-color", spec.color || "currentColor");
    this.range.ariaLabel = spec.label;
    this.entry.ariaLabel = `${spec.label}, exact value`;
    const value = Number(spec.value); // an infinite one travels as text
    if (this.element.contains(document.activeElement) && this.value === value) return;
    this.#set(value);
    this.range.value = this.#position(value);
    this.#complain(spec.refusal);
  }

  #set(value) {
    this.value = value;
    this.entry.value = format(value);
    this.range.ariaValueText = `${this.spec.label} ${format(value)}`;
    this.#complain("");
  }

  #slide() {
    const { low, high, log } = this.spec;
    const share = this.range.valueAsNumber / this.stops;
    this.#set(round(log ? low * (high / low) ** share : low + (high - low) * share));
    this.onInput(this.value);
  }

  #position(value) {
    const { low, high, log } = this.spec;
    const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return Math.min(this.stops, Math.max(0, this.stops * share)); // an end for what lies beyond, 0 and infinity too
  }

  #type() {
    const text = this.entry.value.trim().replace(",", ".").replace("−", "-").replace(/^(-?)(∞|inf)$/i, "$1Infinity");
    // 1,000 is a thousand to some and one to others.
    const ambiguous = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(this.entry.value.trim());
    const value = ambiguous || !DECIMAL.test(text) ? NaN : Number(text);
    const { whole, limits: [least, most] } = this.spec;
    if (!(value >= (least ?? -Infinity) && value <= (most ?? Infinity)) || (whole && value % 1)) {
      const from = least === null ? "of any sign" : least > 0 && least < 1e-300 ? "above 0" : `from ${format(least)}`;
      const to = most === null ? "" : ` to ${format(most)}`;
      if (ambiguous) return this.#complain(`Write ${this.entry.value.trim().replace(/,/g, "")} without a comma; ${format(this.value)} stays.`);
      this.#complain(`Enter a ${whole ? "whole number" : "number"} ${from}${to}; ${format(this.value)} stays.`);
      return;
    }
    this.#set(value);
    this.range.value = this.#position(value);
    this.onInput(Number.isFinite(value) ? value : String(value));
  }

  /** What could not be used gives way to what is in force; what was wrong with it stays to be read. */
  #leave() {
    if (this.entry.ariaInvalid !== "true") return;
    this.entry.value = format(this.value);
    this.entry.ariaInvalid = "false";
  }

  #complain(text) {
    this.message.textContent = text;
    this.entry.ariaInvalid = text ? "true" : "false";
  }
}

class Switch {
  constructor(spec, onInput) {
    this.box = html("input", { type: "checkbox" });
    this.name = html("span", { className: "live-name" });
    this.element = html("label", { className: "live-control live-switch" }, this.box, this.name);
    this.box.addEventListener("change", () => onInput(this.box.checked));
    this.show(spec);
  }

  show(spec) {
    this.name.textContent = spec.label;
    this.name.style.setProperty("--name-color", spec.color || "currentColor");
    this.box.checked = spec.value;
  }
}

/** An entry of the legend: a line's sample and name; pressed, the line is shown. */
class Chip {
  constructor(spec, onInput) {
    this.sample = html("span", { className: "live-sample" });
    this.name = html("span");
    this.element = html("button", { type: "button", className: "live-chip" }, this.sample, this.name);
    this.element.addEventListener("click", () => (this.isLast() ? undefined : onInput(!this.spec.value)));
    this.show(spec);
  }

  show(spec) {
    this.spec = spec;
    this.name.textContent = spec.label;
    this.sample.replaceChildren(sample(spec));
    this.element.ariaPressed = String(spec.value);
    this.element.title = `${spec.value ? "Hide" : "Show"} ${spec.label}`;
  }

  /** Whether this is the only line shown, which has to stay. */
  isLast() {
    return this.spec.value && this.element.parentElement.querySelectorAll("[aria-pressed=true]").length === 1;
  }
}

/** A short piece of a line, in its colour and with its dashes. */
function sample({ color, dash }) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 26 8");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [name, value] of Object.entries({ x1: 0, x2: 26, y1: 4, y2: 4, stroke: color, "stroke-width": 3, "stroke-dasharray": dash.join(" ") })) {
    line.setAttribute(name, value);
  }
  picture.append(line);
  return picture;
}

/** Whether a control is an entry of the legend. */
const isEntry = ({ dash }) => dash.length > 0;

/** Make these the children of an element; nothing is moved that is in its place, so that it keeps the focus. */
function arrange(parent, children) {
  if (children.some((child, index) => parent.children[index] !== child)) parent.append(...children);
}

/** The controls of a figure, kept in step with what Python declares. */
export class Controls {
  /** `element` takes the sliders and switches, `legend` the entries of the legend. */
  constructor(element, legend, onInput) {
    Object.assign(this, { element, legend, onInput });
    this.fold = html("details", { className: "live-fold" }, html("summary", { textContent: "More sliders" }));
    this.shown = new Map();
  }

  /** Show these controls above a table of so many rows; with `keepValues` those on screen are newer than the ones declared. */
  show(specs, rows, keepValues) {
    for (const [name, control] of this.shown) {
      if (!specs.some((spec) => spec.name === name)) {
        control.element.remove();
        this.shown.delete(name);
      }
    }
    for (const spec of specs) {
      const control = this.shown.get(spec.name);
      if (control === undefined) this.#add(spec);
      else if (!keepValues) control.show(spec);
    }
    const elements = (chosen) => chosen.map((spec) => this.shown.get(spec.name).element);
    const isSwitch = ({ value }) => typeof value === "boolean";
    const moved = specs.filter((spec) => !isEntry(spec)).sort((one, other) => isSwitch(one) - isSwitch(other)); // sliders first
    const others = elements(moved);
    const sight = rows > LONG ? IN_SIGHT - 1 : IN_SIGHT;
    const folded = others.length > sight ? others.splice(sight) : [];
    if (!folded.length) this.fold.remove();
    arrange(this.legend, elements(specs.filter(isEntry)));
    arrange(this.element, folded.length ? [...others, this.fold] : others);
    arrange(this.fold, [this.fold.firstChild, ...folded]);
  }

  #add(spec) {
    const Kind = isEntry(spec) ? Chip : typeof spec.value === "boolean" ? Switch : Slider;
    this.shown.set(spec.name, new Kind(spec, (value) => this.onInput({ [spec.name]: value })));
  }
}
