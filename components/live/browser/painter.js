// Draws the marks of a figure on a canvas while the hand moves. The axes stand still then, so a frame
// costs a millisecond instead of Plotly's twenty or more; when the hand rests, Plotly draws the same marks.

import { axesOf } from "./panels.js";
import { raster } from "./raster.js";

/** Plotly's dash patterns, in units of the line's width but at least 3 px. */
const DASHES = {
  dot: [1, 1],
  dash: [3, 3],
  longdash: [5, 5],
  dashdot: [3, 1, 1, 1],
  longdashdot: [5, 2, 1, 2],
};

const polygon = (...corners) => (pen, radius) => {
  corners.forEach(([x, y], index) => (index ? pen.lineTo(x * radius, y * radius) : pen.moveTo(x * radius, y * radius)));
  pen.closePath();
};
const plus = [[1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4], [-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4]];
const turned = plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]);

const SYMBOLS = {
  circle: (pen, radius) => pen.arc(0, 0, radius, 0, 2 * Math.PI),
  square: polygon([1, 1], [-1, 1], [-1, -1], [1, -1]),
  diamond: polygon([1.3, 0], [0, 1.3], [-1.3, 0], [0, -1.3]),
  "triangle-up": polygon([-1.1547, 0.5], [1.1547, 0.5], [0, -1]),
  "triangle-down": polygon([-1.1547, -0.5], [1.1547, -0.5], [0, 1]),
  "triangle-left": polygon([0.5, -1.1547], [0.5, 1.1547], [-1, 0]),
  "triangle-right": polygon([-0.5, -1.1547], [-0.5, 1.1547], [1, 0]),
  star: polygon([0.315, -0.4326], [1.3314, -0.4326], [0.5082, 0.1652], [0.8229, 1.1326], [0, 0.5348], [-0.8229, 1.1326], [-0.5082, 0.1652], [-1.3314, -0.4326], [-0.315, -0.4326], [0, -1.4]),
  cross: polygon(...plus),
  x: polygon(...turned),
  "x-thin": (pen, radius) => {
    for (const side of [1, -1]) {
      pen.moveTo(radius, side * radius);
      pen.lineTo(-radius, -side * radius);
    }
  },
};
const OPEN = /-open$/; // symbols that Plotly strokes in the colour that others are filled with

const MODES = new Set(["lines", "markers"]);

/** Whether this painter can draw every trace of a figure just as Plotly would, or `drawn` shows it already. */
export function paintable({ data }, drawn) {
  return data.every((trace, index) => isMark(trace) || (trace.z !== undefined && trace.z === drawn?.data[index]?.z));
}

const isMark = (trace) =>
  (trace.visible ?? true) === true &&
  !trace.covers &&
  [undefined, "toself"].includes(trace.fill) &&
  (["bar", "heatmap"].includes(trace.type) || (trace.type === "scatter" && MODES.has(trace.mode)));
/** What lies under what. */
const LAYERS = [({ type }) => type === "heatmap", ({ type }) => type === "bar", ({ type }) => type === "scatter"];

/** Lay a symbol around the origin into the pen's path. */
export const drawSymbol = (pen, symbol, radius) => SYMBOLS[symbol](pen, radius);

export class Painter {
  constructor(stage, chart) {
    this.stage = stage;
    this.chart = chart;
    this.canvas = Object.assign(document.createElement("canvas"), { className: "live-canvas live-paint", ariaHidden: "true" });
    this.shadow = Object.assign(document.createElement("canvas"), { className: "live-canvas live-shadow", ariaHidden: "true" });
    this.before = [];
    stage.append(this.shadow, this.canvas);
  }

  /** Keep the lines of a figure in sight, faintly, while it changes. */
  remember({ data }) {
    this.before = data.filter((trace) => isMark(trace) && trace.mode === "lines");
    this.overlay();
  }

  /** The hand rests: what was before is over. */
  forget() {
    if (!this.before.length) return;
    this.before = [];
    prepare(this.shadow, this.chart.element);
  }

  /** Draw what was before where the axes are now. */
  overlay() {
    if (!this.before.length) return;
    const pen = prepare(this.shadow, this.chart.element);
    pen.globalAlpha = 0.3;
    for (const trace of this.before) if (this.chart.panels.has(axesOf(trace))) this.#trace(pen, trace);
  }

  /** Draw all marks of `data`; Plotly's own stay hidden until `clear`. */
  paint(data) {
    const pen = prepare(this.canvas, this.chart.element);
    const marks = data.filter(isMark);
    for (const lies of LAYERS) for (const trace of marks.filter(lies)) this.#trace(pen, trace);
    this.stage.classList.add("live-painted");
  }

  /** Plotly has drawn the same figure: show its marks again. */
  clear() {
    if (!this.stage.classList.contains("live-painted")) return;
    this.stage.classList.remove("live-painted");
    prepare(this.canvas, this.chart.element);
  }

  #trace(pen, trace) {
    const axes = axesOf(trace);
    pen.save();
    if (!trace.handle) {
      // Plotly cuts off no handle either
      pen.beginPath();
      pen.rect(...this.chart.panels.area(axes));
      pen.clip();
    }
    const [toLeft, toTop] = this.chart.panels.scales(axes);
    if (trace.type === "heatmap") raster(pen, trace, toLeft, toTop);
    else if (trace.type === "bar") bars(pen, trace, toLeft, toTop);
    else if (trace.mode === "lines") line(pen, trace, toLeft, toTop);
    else markers(pen, trace, toLeft, toTop);
    pen.restore();
  }
}

/** A cleared 2D context in CSS pixels over an element, sharp on any screen. */
export function prepare(canvas, { clientWidth: width, clientHeight: height }) {
  const scale = window.devicePixelRatio;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== across || canvas.height !== down) {
    Object.assign(canvas, { width: across, height: down });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

function line(pen, { x, y, x0, dx, line: style, fill, fillcolor }, toLeft, toTop) {
  const across = x ? (index) => x[index] : (index) => x0 + index * dx;
  const unit = Math.max(style.width ?? 2, 3);
  pen.strokeStyle = style.color;
  pen.lineWidth = style.width ?? 2;
  pen.setLineDash((DASHES[style.dash] ?? []).map((length) => length * unit));
  pen.beginPath();
  let drawing = false;
  for (let index = 0; index < y.length; index += 1) {
    const top = toTop(y[index]);
    if (Number.isFinite(top)) {
      if (drawing) pen.lineTo(toLeft(across(index)), top);
      else pen.moveTo(toLeft(across(index)), top);
    }
    drawing = Number.isFinite(top);
  }
  if (fill) {
    pen.fillStyle = fillcolor;
    pen.fill();
  }
  if (style.width !== 0) pen.stroke();
}

function bars(pen, { x, y, width, offset, marker }, toLeft, toTop) {
  const base = toTop(0);
  pen.fillStyle = marker.color;
  for (let index = 0; index < x.length; index += 1) {
    const left = toLeft(x[index] + offset);
    const top = toTop(y[index]);
    pen.fillRect(left, Math.min(base, top), toLeft(x[index] + offset + width) - left, Math.abs(base - top));
  }
}

/** What belongs to a point: its own, or what all have. */
const of = (given, index) => (Array.isArray(given) || ArrayBuffer.isView(given) ? given[index] : given);

function markers(pen, { x, y, marker }, toLeft, toTop) {
  for (let index = 0; index < x.length; index += 1) {
    pen.save();
    pen.translate(toLeft(x[index]), toTop(y[index]));
    pen.beginPath();
    const symbol = of(marker.symbol, index) ?? "circle";
    pen.fillStyle = pen.strokeStyle = of(marker.color, index);
    pen.lineWidth = marker.line?.width || 1;
    SYMBOLS[symbol.replace(OPEN, "")](pen, (of(marker.size, index) ?? 6) / 2);
    if (OPEN.test(symbol)) pen.stroke();
    else pen.fill();
    pen.restore();
  }
}
