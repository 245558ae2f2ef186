// Paints over a panel: what the hand draws is shown at once, and told to Python as strokes.

const FINE = 0.35; // of the radius: how far the hand moves before a stroke has another point
const LONG = 300; // points of a stroke, after which another one goes on from there
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Brush {
  /** `edits` takes the button for fingers; `onInput({"mask.3": {path, erase}})` reports a stroke, from its first point on. */
  constructor(edits, stage, chart, onInput, signal) {
    Object.assign(this, { edits, stage, chart, onInput, spec: null, stroke: undefined, strokes: 0, shown: 0, told: 0 });
    this.canvas = Object.assign(document.createElement("canvas"), { className: "live-canvas live-brush", ariaHidden: "true" });
    this.cursor = Object.assign(document.createElement("div"), { className: "live-cursor", tabIndex: 0, hidden: true });
    this.cursor.role = "application";
    this.button = Object.assign(document.createElement("button"), { type: "button", className: "live-paints", hidden: true });
    this.button.addEventListener("click", () => this.#arm(!this.armed));
    edits.after(this.button);
    this.#arm(false);
    const listen = (type, listener, options) => stage.addEventListener(type, listener, { capture: true, signal, ...options });
    listen("pointerdown", (event) => this.#down(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#up(event));
    listen("pointercancel", (event) => this.#up(event));
    listen("mousedown", (event) => this.stroke && event.stopPropagation());
    listen("touchstart", (event) => this.armed && this.spec && event.cancelable && event.preventDefault(), { passive: false });
    this.cursor.addEventListener("keydown", (event) => this.#key(event));
    this.cursor.addEventListener("focus", () => this.place());
  }

  get painting() {
    return this.stroke?.pointer !== undefined;
  }

  /** Take the brush that a picture has, or null; with `behind` the hand has gone on since Python answered. */
  show(spec, behind) {
    this.spec = spec;
    this.cursor.hidden = this.button.hidden = !spec;
    if (!spec) return this.#end();
    if (!this.canvas.isConnected) this.stage.append(this.canvas, this.cursor);
    this.button.textContent = "Paint by finger";
    this.at ??= this.#middle();
    if (this.stroke && behind) [this.shown, this.told] = [this.told, this.stroke.path.length];
    else if (this.stroke) this.shown = this.told = this.stroke.path.length;
    if (!this.painting && !behind) this.stroke = undefined;
    this.place();
  }

  /** Put the cursor where it belongs, and the paint that Python has not yet put into the picture. */
  place() {
    const { width, height } = this.chart.panels.drawn ? this.chart.panels.size : {};
    if (!this.spec || !width || !this.chart.panels.has(this.spec.axes)) return;
    const pen = this.#pen(width, height);
    const radius = this.#pixels();
    const [left, top] = this.#toPixels(this.at);
    this.cursor.style.transform = `translate(${left}px, ${top}px)`;
    this.cursor.style.setProperty("--brush", `${Math.max(4, 2 * radius)}px`);
    const [x, y] = this.at.map((value) => Number(value.toPrecision(3)));
    const does = this.spec.erases ? "erases" : "paints";
    this.cursor.ariaLabel = `${this.spec.label}, brush at ${x}, ${y}. Arrow keys move it, Space ${does}, Shift and Space the other way`;
    const path = this.stroke?.path.slice(Math.max(0, this.shown - 1)) ?? [];
    if (!path.length) return;
    pen.globalAlpha = 0.6;
    pen.strokeStyle = this.stroke.erase ? getComputedStyle(this.stage).getPropertyValue("--st-background-color") : this.spec.color;
    Object.assign(pen, { lineWidth: 2 * radius, lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    pen.rect(...this.chart.panels.area(this.spec.axes));
    pen.clip();
    pen.beginPath();
    path.forEach((point, index) => pen[index ? "lineTo" : "moveTo"](...this.#toPixels(point)));
    if (path.length === 1) pen.lineTo(...this.#toPixels(path[0]));
    pen.stroke();
  }

  #pen(width, height) {
    const scale = window.devicePixelRatio;
    Object.assign(this.canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    const pen = this.canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    return pen;
  }

  #toPixels(point) {
    return this.chart.panels.toPixels(point, this.spec.axes);
  }

  /** The radius in pixels. */
  #pixels() {
    const [one, other] = [this.#toPixels([0, 0]), this.#toPixels([this.spec.radius, 0])];
    return Math.abs(other[0] - one[0]);
  }

  #middle() {
    return this.spec.axes.map((name) => this.chart.panels.ends(name).reduce((low, high) => (low + high) / 2));
  }

  #local(event) {
    const { left, top } = this.chart.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  #inside([x, y]) {
    const [left, top, width, height] = this.chart.panels.area(this.spec.axes);
    return x >= left && x <= left + width && y >= top && y <= top + height;
  }

  #arm(armed) {
    this.armed = armed;
    this.button.ariaPressed = String(armed);
    this.stage.classList.toggle("live-armed", armed);
  }

  #down(event) {
    if (!this.spec || event.defaultPrevented || event.button !== 0 || !event.isPrimary || event.target.closest(".modebar")) return;
    if (event.pointerType === "touch" && !this.armed) return;
    const at = this.#local(event);
    if (!this.chart.panels.has(this.spec.axes) || !this.#inside(at)) return;
    event.preventDefault();
    event.stopPropagation();
    this.stage.setPointerCapture(event.pointerId);
    this.cursor.focus({ preventScroll: true });
    this.#begin(this.chart.panels.toData(at, this.spec.axes), event.shiftKey, event.pointerId);
  }

  #move(event) {
    if (!this.spec || !this.chart.panels.has(this.spec.axes)) return;
    if (!this.painting) {
      const over = event.buttons === 0 && event.pointerType !== "touch" && this.#inside(this.#local(event));
      this.stage.classList.toggle("live-over", over);
      if (over) this.#go(this.chart.panels.toData(this.#local(event), this.spec.axes));
      return;
    }
    if (event.pointerId !== this.stroke.pointer) return;
    event.stopPropagation();
    const [left, top, width, height] = this.chart.panels.area(this.spec.axes);
    const within = (value, low, length) => Math.min(low + length, Math.max(low, value));
    const seen = event.getCoalescedEvents?.() ?? [];
    for (const each of seen.length ? seen : [event]) {
      const [x, y] = this.#local(each);
      this.#add(this.chart.panels.toData([within(x, left, width), within(y, top, height)], this.spec.axes));
    }
  }

  #up(event) {
    if (!this.painting || event.pointerId !== this.stroke.pointer) return;
    event.stopPropagation();
    this.stroke.pointer = undefined;
  }

  #go(at) {
    this.at = at;
    this.place();
  }

  #begin(at, turned, pointer) {
    this.strokes += 1;
    this.stroke = { path: [at], erase: this.spec.erases !== turned, pointer };
    this.shown = this.told = 0;
    this.#tell(at);
  }

  #add(at) {
    const { path } = this.stroke;
    const last = path.at(-1);
    if (Math.hypot(at[0] - last[0], at[1] - last[1]) < FINE * this.spec.radius) return;
    if (path.length >= LONG) {
      this.strokes += 1;
      this.stroke.path = [last];
      this.shown = this.told = 0;
    }
    this.stroke.path.push(at);
    this.#tell(at);
  }

  #tell(at) {
    this.#go(at);
    this.onInput({ [`${this.spec.name}.${this.strokes}`]: { path: [...this.stroke.path], erase: this.stroke.erase } });
  }

  #end() {
    this.stroke = undefined;
    this.stage.classList.remove("live-over");
    this.#arm(false);
    this.canvas.width = 0;
  }

  #key(event) {
    if (event.key === " ") {
      event.preventDefault();
      this.#begin(this.at, event.shiftKey);
    } else if (event.key in MOVES) {
      event.preventDefault();
      const [right, down] = MOVES[event.key];
      const step = (event.shiftKey ? 8 : 1) * Math.max(1, this.spec.radius / 2);
      const [left, top, width, height] = this.chart.panels.area(this.spec.axes);
      const [x, y] = this.#toPixels(this.at);
      const unit = this.#pixels() / this.spec.radius;
      const within = (value, low, length) => Math.min(low + length, Math.max(low, value));
      this.#go(this.chart.panels.toData([within(x + right * step * unit, left, width), within(y + down * step * unit, top, height)], this.spec.axes));
    }
  }
}
