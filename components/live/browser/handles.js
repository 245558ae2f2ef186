import { longName } from "./chart.js";

// Points that can be taken hold of (mouse, touch, arrow keys) and clicks anywhere in a panel.

const DOUBLE_CLICK = 250; // ms within which a second press makes a click a double one
const REACH = { mouse: 12, pen: 16, touch: 26 }; // px around a point within which it can be taken

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
  /** `stage` holds the chart; `onInput({"points.3": [x, y]})` reports a move, `{start: [x, y]}` a pick. */
  constructor(stage, chart, onInput) {
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
  }

  /** Whether a point is in the hand. */
  get dragging() {
    return this.drag !== undefined;
  }

  /** The axes under a point in the hand, by their names in a layout. */
  get held() {
    return this.dragging ? this.chart.axesOf(this.handles[this.active.handle].trace).map(longName) : [];
  }

  /** Show these handles; with `keepPosition` the active one is newer on screen than in the data. */
  show(handles, pick, keepPosition) {
    this.handles = handles;
    this.pick = pick;
    if (!keepPosition) this.intended = undefined;
    this.knob.hidden = handles.length === 0;
    const known = this.active && handles[this.active.handle];
    const index = known ? this.#indexOf(known, this.active.row) : -1; // other rows may be drawn now
    if (index >= 0) this.active.index = index;
    else this.active = handles.length ? this.#at(0, this.#count(handles[0]) - 1) : null;
    this.place();
  }

  /** Put the knob on the active point: where the hand has it, else where the data say. */
  place() {
    if (!this.active || !this.chart.figure) return;
    const handle = this.handles[this.active.handle];
    if (this.active.index >= this.#count(handle)) return; // other data are drawn already: show() follows
    const position = this.intended ?? this.#position(handle, this.active.index);
    if (!this.chart.has(this.chart.axesOf(handle.trace))) return; // a figure of other panels is drawn already
    const [left, top] = this.chart.toPixels(position, this.chart.axesOf(handle.trace));
    this.knob.style.transform = `translate(${left}px, ${top}px)`;
    this.knob.ariaLabel = `${handle.label} ${this.active.index + 1} of ${this.#count(handle)}. Arrow keys move it, Page Up and Page Down choose another.`;
    const moved = handle.moves === "x" ? 0 : 1;
    const [low, high] = this.chart.ends(this.chart.axesOf(handle.trace)[moved]);
    Object.assign(this.knob, { ariaValueMin: String(low), ariaValueMax: String(high), ariaValueNow: String(position[moved]) });
    const said = ["x", "y"].map((name, index) => `${name} ${Number(position[index].toPrecision(4))}`);
    this.knob.ariaValueText = handle.moves.length === 1 ? said[moved] : said.join(", ");
  }

  #at(handle, index) {
    return { handle, index, row: this.handles[handle].rows?.[index] ?? index };
  }

  /** The point so many on from the active one, over all handles, or else the last or first. */
  #neighbour(by) {
    const all = this.handles.flatMap((handle, order) => Array.from({ length: this.#count(handle) }, (_, index) => [order, index]));
    const here = all.findIndex(([order, index]) => order === this.active.handle && index === this.active.index);
    return this.#at(...all[Math.min(all.length - 1, Math.max(0, here + by))]);
  }

  #indexOf(handle, row) {
    return handle.rows ? handle.rows.indexOf(row) : row < this.#count(handle) ? row : -1;
  }

  #trace(handle) {
    return this.chart.figure.data[handle.trace];
  }

  #count(handle) {
    return this.chart.figure ? this.#trace(handle).x.length : 1;
  }

  #position(handle, index) {
    const { x, y } = this.#trace(handle);
    return [x[index], y[index]];
  }

  #local(event) {
    const { left, top } = this.chart.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  #hit(event) {
    const at = this.#local(event);
    for (const [order, handle] of this.handles.entries()) {
      const { x, y } = this.#trace(handle);
      const axes = this.chart.axesOf(handle.trace);
      const points = Array.from(x, (value, index) => this.chart.toPixels([value, y[index]], axes));
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
    const handle = this.handles[this.active.handle];
    const axes = this.chart.axesOf(handle.trace);
    const [left, top, width, height] = this.chart.area(axes);
    const [x, y] = this.#local(event);
    const inside = (value, low, length) => Math.min(low + length, Math.max(low, value));
    const pixel = [inside(x + this.drag.grip[0], left, width), inside(y + this.drag.grip[1], top, height)];
    this.#report(handle, this.chart.toData(pixel, axes));
  }

  #report(handle, [x, y]) {
    const [oldX, oldY] = this.intended ?? this.#position(handle, this.active.index);
    const position = [handle.moves === "y" ? oldX : x, handle.moves === "x" ? oldY : y];
    this.intended = position;
    this.place();
    this.onInput({ [`${handle.name}.${this.active.row}`]: position });
  }

  #up(event) {
    if (event.pointerId !== this.drag?.pointer) return;
    event.stopPropagation();
    this.#drop();
  }

  #awaitRelease(press) {
    const over = new AbortController();
    const listen = (type, listener) => window.addEventListener(type, listener, { capture: true, signal: over.signal });
    listen("pointercancel", () => over.abort());
    listen("pointerup", (release) => {
      over.abort();
      if (release.pointerId === press.pointerId) this.#choose(this.#local(press), this.#local(release));
    });
  }

  #choose(pressed, released) {
    const [left, top, width, height] = this.chart.area(this.pick.axes);
    const still = Math.hypot(pressed[0] - released[0], pressed[1] - released[1]) < 4;
    const inside = released[0] >= left && released[0] <= left + width && released[1] >= top && released[1] <= top + height;
    const place = still && inside && this.chart.toData(released, this.pick.axes);
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
    const handle = this.handles[this.active?.handle];
    if (!handle || !(event.key in arrows || event.key in jumps)) return;
    event.preventDefault();
    if (event.key in jumps) {
      this.active = this.#neighbour(jumps[event.key]);
      this.intended = undefined;
      this.place();
      return;
    }
    const [xAxis, yAxis] = this.chart.axesOf(handle.trace);
    const share = event.shiftKey ? 0.1 : 0.01;
    const [x, y] = this.intended ?? this.#position(handle, this.active.index);
    const [right, up] = arrows[event.key];
    const step = ([value, axis, sign]) => {
      const [low, high] = this.chart.ends(axis);
      return sign ? this.chart.rounded(axis, value + sign * share * (high - low)) : value;
    };
    this.#report(handle, [[x, xAxis, right], [y, yAxis, up]].map(step));
  }
}
