// Points that can be taken hold of (mouse, touch, arrow keys) and clicks anywhere in a panel.

import { axesOf, longName } from "./panels.js";

const DOUBLE_CLICK = 250; // ms within which a second press makes a click a double one
const REACH = { mouse: 12, pen: 16, touch: 26 }; // px around a point within which it can be taken
const STILL = 10; // px by which a finger may slip in a tap
const NO_POINTS = { x: [], y: [] };

/** Index of the nearest of `points` (pixels) to `[left, top]` within `reach`, or -1. */
function nearest(points, [left, top], reach) {
  let best = -1;
  let least = reach;
  points.forEach(([x, y], index) => {
    const distance = Math.hypot(x - left, y - top);
    if (distance <= least) [best, least] = [index, distance];
  });
  return best;
}

export class Handles {
  /** `stage` holds the chart; `onInput({"points.3": [x, y]})` reports a move, `{start: [x, y]}` a pick, until `signal`. */
  constructor(stage, chart, onInput, signal) {
    Object.assign(this, { stage, chart, onInput, handles: [], pick: null, active: null, pressed: 0 });
    this.knob = Object.assign(document.createElement("div"), { className: "live-knob", tabIndex: 0, hidden: true });
    this.knob.role = "slider";
    stage.append(this.knob);
    const listen = (type, listener, options) => stage.addEventListener(type, listener, { capture: true, ...options });
    listen("pointerdown", (event) => this.#down(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#up(event));
    listen("pointercancel", () => this.#drop());
    listen("mousedown", (event) => this.drag && event.stopPropagation());
    listen("touchstart", (event) => this.drag && event.cancelable && event.preventDefault(), { passive: false });
    this.knob.addEventListener("keydown", (event) => this.#key(event));
    this.knob.addEventListener("focus", () => this.place());
    signal.addEventListener("abort", () => this.#forgetPress());
  }

  /** Whether a point is in the hand. */
  get dragging() {
    return this.drag !== undefined;
  }

  /** The axes under a point in the hand, by their names in a layout. */
  get held() {
    return (this.dragging && this.#grasp()?.axes.map(longName)) || [];
  }

  /** A point of this handle is about to come, and is then the one in the hand. */
  expect(handle) {
    this.expected = { trace: handle.trace, rows: this.#rows(handle) };
  }

  /** Whether the data may lose the point in the hand. */
  get removable() {
    return Boolean(this.active && this.handles[this.active.handle].adds);
  }

  /** Take away the point in the hand. */
  remove() {
    if (!this.removable || this.dragging) return;
    this.taken = this.active.row;
    this.onInput({ [`${this.handles[this.active.handle].name}.${this.taken}`]: null });
  }

  /** Show these handles; with `keepPosition` the active one is newer on screen than in the data. */
  show(handles, pick, keepPosition) {
    const before = this.active && this.handles[this.active.handle].trace;
    const aimed = handles[0]?.first ?? null;
    const elsewhere = aimed !== this.aimed && !keepPosition;
    this.aimed = aimed;
    this.handles = handles;
    this.pick = pick;
    const order = handles.findIndex(({ trace }) => trace === before);
    const index = order < 0 ? -1 : this.#indexOf(handles[order], this.active.row); // other rows may be drawn now
    if (!keepPosition || index < 0) this.intended = undefined;
    if (index < 0) this.#drop();
    this.active = this.#come() ?? this.#beside(order, index) ?? (index < 0 || elsewhere ? this.#first() : { ...this.active, handle: order, index });
    if (!keepPosition) this.expected = this.taken = undefined; // come and gone by now, or refused
    this.knob.hidden = !this.active;
    this.place();
  }

  /** Put the knob on the active point: where the hand has it, else where the data say. */
  place() {
    const grasp = this.#grasp();
    this.onTake?.();
    if (!grasp) return;
    const { handle, count, axes, position } = grasp;
    const [left, top] = this.chart.panels.toPixels(position, axes);
    this.knob.style.transform = `translate(${left}px, ${top}px)`;
    this.knob.ariaLabel = `${handle.label} ${this.active.index + 1} of ${count}. Arrow keys move it, Page Up and Page Down choose another${handle.adds ? ", Delete takes it away" : ""}.`;
    const moved = handle.moves === "x" ? 0 : 1;
    const [low, high] = this.chart.panels.ends(axes[moved]);
    Object.assign(this.knob, { ariaValueMin: String(low), ariaValueMax: String(high), ariaValueNow: String(position[moved]) });
    const said = ["x", "y"].map((name, index) => `${name} ${Number(position[index].toPrecision(4))}`);
    this.knob.ariaValueText = handle.moves.length === 1 ? said[moved] : said.join(", ");
  }

  /** The active point as it is drawn; null without one, or while another figure is here than the handles are of: show() follows. */
  #grasp() {
    if (!this.active) return null;
    const handle = this.handles[this.active.handle];
    const { index } = this.active;
    const trace = this.#trace(handle);
    const axes = axesOf(trace);
    if (index >= trace.x.length || !this.chart.panels.has(axes)) return null;
    return { handle, axes, count: trace.x.length, position: this.intended ?? [trace.x[index], trace.y[index]] };
  }

  /** The point that was expected, once it is here. */
  #come() {
    const order = this.handles.findIndex(({ trace }) => trace === this.expected?.trace);
    const index = order < 0 ? -1 : this.#rows(this.handles[order]).findIndex((row) => !this.expected.rows.includes(row));
    if (index < 0) return undefined;
    this.expected = undefined;
    this.intended = undefined;
    return this.#at(order, index);
  }

  /** The neighbour, of the same handle, of a point in the hand that has been taken away. */
  #beside(order, index) {
    if (index >= 0 || order < 0 || this.active.row !== this.taken) return undefined;
    const count = this.#count(this.handles[order]);
    return count ? this.#at(order, Math.min(this.active.index, count - 1)) : undefined;
  }

  #at(handle, index) {
    return { handle, index, row: this.handles[handle].rows?.[index] ?? index };
  }

  /** The point that the first handle which has any is taken by, else its last one: where the keys begin. */
  #first() {
    const order = this.handles.findIndex((handle) => this.#count(handle) > 0);
    if (order < 0) return null;
    const handle = this.handles[order];
    const index = handle.first === null ? -1 : this.#indexOf(handle, handle.first);
    return this.#at(order, index < 0 ? this.#count(handle) - 1 : index);
  }

  /** The point so many on from the active one, over all handles, or else the last or first. */
  #neighbour(by) {
    const all = this.handles.flatMap((handle, order) => Array.from({ length: this.#count(handle) }, (_, index) => [order, index]));
    const here = all.findIndex(([order, index]) => order === this.active.handle && index === this.active.index);
    return this.#at(...all[Math.min(all.length - 1, Math.max(0, here + by))]);
  }

  #rows(handle) {
    return handle.rows ?? Array.from({ length: this.#count(handle) }, (_, index) => index);
  }

  #indexOf(handle, row) {
    return handle.rows ? handle.rows.indexOf(row) : row < this.#count(handle) ? row : -1;
  }

  #trace(handle) {
    return this.chart.trace(handle.trace) ?? NO_POINTS;
  }

  #count(handle) {
    return this.#trace(handle).x.length;
  }

  #local(event) {
    const { left, top } = this.chart.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  #isActive({ handle, index }) {
    return this.active?.handle === handle && this.active.index === index;
  }

  #awaitTap(press, hit) {
    const over = (this.awaiting = new AbortController());
    const listen = (type, listener) => window.addEventListener(type, listener, { capture: true, signal: over.signal });
    listen("pointercancel", () => over.abort()); // the page scrolls
    listen("pointerup", (release) => {
      over.abort();
      if (Math.hypot(release.clientX - press.clientX, release.clientY - press.clientY) > STILL) return;
      this.active = this.#at(hit.handle, hit.index);
      this.intended = undefined;
      this.knob.focus({ preventScroll: true });
      this.place();
    });
  }

  #hit(event) {
    const at = this.#local(event);
    if (event.pointerType === "touch" && this.active) {
      const { handle, index } = this.active;
      const { position, axes } = this.#grasp() ?? {};
      const point = position && this.chart.panels.toPixels(position, axes);
      if (point && nearest([point], at, REACH.touch) === 0) return { handle, index, grip: [point[0] - at[0], point[1] - at[1]] };
    }
    for (const [order, handle] of this.handles.entries()) {
      const trace = this.#trace(handle);
      const { x, y } = trace;
      const axes = axesOf(trace);
      if (!this.chart.panels.has(axes)) continue;
      const points = Array.from(x, (value, index) => this.chart.panels.toPixels([value, y[index]], axes));
      const index = nearest(points, at, REACH[event.pointerType] ?? REACH.mouse);
      if (index >= 0) return { handle: order, index, grip: [points[index][0] - at[0], points[index][1] - at[1]] };
    }
    return null;
  }

  #down(event) {
    if (!this.chart.figure || event.button !== 0 || !event.isPrimary || event.target.closest(".modebar")) return;
    clearTimeout(this.picking);
    const hit = this.#hit(event);
    if (!hit) {
      // Plotly covers the page while a button is down, so the release is heard at the window.
      if (this.pick && event.timeStamp - this.pressed > DOUBLE_CLICK) this.#awaitRelease(event);
      this.pressed = event.timeStamp;
      return;
    }
    // Where points lie close a swipe always begins on one: a finger drags the ringed one, and a tap takes another.
    if (event.pointerType === "touch" && !this.#isActive(hit)) return this.#awaitTap(event, hit);
    event.preventDefault();
    event.stopPropagation();
    this.active = this.#at(hit.handle, hit.index);
    this.intended = undefined;
    this.drag = { grip: hit.grip, pointer: event.pointerId };
    this.stage.setPointerCapture(event.pointerId);
    this.stage.classList.add("live-dragging");
    this.knob.focus({ preventScroll: true });
    this.place();
  }

  #move(event) {
    if (!this.chart.figure) return;
    if (this.drag && event.pointerId !== this.drag.pointer) return;
    if (!this.drag) {
      if (event.pointerType === "mouse") this.stage.classList.toggle("live-near", event.buttons === 0 && this.#hit(event) !== null);
      return;
    }
    event.stopPropagation();
    const grasp = this.#grasp();
    if (!grasp) return;
    const [left, top, width, height] = this.chart.panels.area(grasp.axes);
    const [x, y] = this.#local(event);
    const inside = (value, low, length) => Math.min(low + length, Math.max(low, value));
    const pixel = [inside(x + this.drag.grip[0], left, width), inside(y + this.drag.grip[1], top, height)];
    this.#report(grasp, this.chart.panels.toData(pixel, grasp.axes));
  }

  #report({ handle, position: [oldX, oldY] }, [x, y]) {
    this.intended = [handle.moves === "y" ? oldX : x, handle.moves === "x" ? oldY : y];
    this.place();
    this.onInput({ [`${handle.name}.${this.active.row}`]: this.intended });
  }

  #up(event) {
    if (event.pointerId !== this.drag?.pointer) return;
    event.stopPropagation();
    this.#drop();
  }

  #awaitRelease(press) {
    const over = (this.awaiting = new AbortController());
    const listen = (type, listener) => window.addEventListener(type, listener, { capture: true, signal: over.signal });
    listen("pointercancel", () => over.abort());
    listen("pointerup", (release) => {
      over.abort();
      if (release.pointerId === press.pointerId) this.#choose(this.#local(press), this.#local(release));
    });
  }

  /** Nothing is picked by a press that is under way. */
  #forgetPress() {
    clearTimeout(this.picking);
    this.awaiting?.abort();
  }

  #choose(pressed, released) {
    const [left, top, width, height] = this.chart.panels.area(this.pick.axes);
    const still = Math.hypot(pressed[0] - released[0], pressed[1] - released[1]) < 4;
    const inside = released[0] >= left && released[0] <= left + width && released[1] >= top && released[1] <= top + height;
    const place = still && inside && this.chart.panels.toData(released, this.pick.axes);
    const { name } = this.pick;
    // The second press of a double click takes the first back: that means "zoom out" to the chart.
    if (place) this.picking = setTimeout(() => this.onInput({ [name]: place }), DOUBLE_CLICK);
  }

  #drop() {
    this.drag = undefined;
    this.stage.classList.remove("live-dragging");
  }

  #key(event) {
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const jumps = { PageUp: -1, PageDown: 1, Home: -Infinity, End: Infinity };
    const grasp = this.#grasp();
    if (event.key === "Delete" || event.key === "Backspace") return this.remove();
    if (!grasp || !(event.key in arrows || event.key in jumps)) return;
    event.preventDefault();
    if (event.key in jumps) {
      this.active = this.#neighbour(jumps[event.key]);
      this.intended = undefined;
      this.place();
      return;
    }
    const { axes: [xAxis, yAxis], position: [x, y] } = grasp;
    const share = event.shiftKey ? 0.1 : 0.01;
    const [right, up] = arrows[event.key];
    const step = ([value, axis, sign]) => {
      const [first, last] = this.chart.panels.range(axis);
      // Numbers travel in single precision, of which seven digits are what they were. Upwards is up also where the axis goes down.
      return sign ? this.chart.panels.rounded(axis, value + sign * share * (last - first)) : Number(value.toPrecision(7));
    };
    this.#report(grasp, [[x, xAxis, right], [y, yAxis, up]].map(step));
  }
}
