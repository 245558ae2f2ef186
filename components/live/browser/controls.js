// Sliders, number entries and switches that move the picture while they are dragged.

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
    this.message = html("span", { className: "live-message", role: "alert" });
    this.element = html("div", { className: "live-control" }, this.name, this.range, this.entry, this.message);
    this.range.addEventListener("input", () => this.#slide());
    this.entry.addEventListener("change", () => this.#type());
    this.show(spec);
  }

  show(spec) {
    this.spec = spec;
    this.range.max = this.stops = spec.whole ? spec.high - spec.low : POSITIONS;
    this.name.textContent = spec.label;
    this.name.style.setProperty("--name-color", spec.color || "currentColor");
    this.range.ariaLabel = spec.label;
    this.entry.ariaLabel = `${spec.label}, exact value`;
    const value = Number(spec.value); // an infinite one travels as text
    if (this.element.contains(document.activeElement) && this.value === value) return;
    this.#set(value);
    this.range.value = this.#position(value);
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
    const value = text === "" || ambiguous ? NaN : Number(text);
    const { whole, limits: [least, most] } = this.spec;
    if (!(value >= (least ?? -Infinity) && value <= (most ?? Infinity)) || (whole && value % 1)) {
      const from = least === null ? "of any sign" : least > 0 && least < 1e-300 ? "above 0" : `from ${format(least)}`;
      const to = most === null ? "" : ` to ${format(most)}`;
      this.#complain(`Enter a ${whole ? "whole number" : "number"} ${from}${to}; ${format(this.value)} stays.`);
      return;
    }
    this.#set(value);
    this.range.value = this.#position(value);
    this.onInput(Number.isFinite(value) ? value : String(value));
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

/** The controls of a figure, kept in step with what Python declares. */
export class Controls {
  constructor(element, onInput) {
    this.element = element;
    this.onInput = onInput;
    this.shown = new Map();
  }

  /** Show these controls; with `keepValues` those on screen are newer than the ones declared. */
  show(specs, keepValues) {
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
    const order = specs.map((spec) => this.shown.get(spec.name).element);
    if (order.some((element, index) => this.element.children[index] !== element)) this.element.append(...order);
  }

  #add(spec) {
    const Kind = typeof spec.value === "boolean" ? Switch : Slider;
    this.shown.set(spec.name, new Kind(spec, (value) => this.onInput({ [spec.name]: value })));
  }
}
