// Where the data of a drawn chart are on the screen. Plotly's internals (_fullLayout, _offset, d2p, p2d, _scene,
// glplot) are used here and nowhere else.

/** Plotly's name of an axis in a layout: "y2" is "yaxis2" there. */
export const longName = (axis) => axis.replace(/^([xyz])(\d*)$/, "$1axis$2");

/** The axes of a trace, as `["x", "y2"]`. */
export const axesOf = (trace) => [trace.xaxis ?? "x", trace.yaxis ?? "y"];

/** A point times a 4 × 4 matrix, column by column as WebGL has it. */
const transformed = (point, matrix) => [0, 1, 2, 3].map((row) => point.reduce((sum, part, column) => sum + part * matrix[4 * column + row], 0));

export class Panels {
  /** `element` is a Plotly graph. A panel goes by its two axes, `["x", "y2"]`, that of three dimensions by `["scene", "scene"]`. */
  constructor(element) {
    this.element = element;
    this.hovered = undefined; // the point under the pointer, as Plotly's events tell it
  }

  /** Whether there are any yet. */
  get drawn() {
    return this.element._fullLayout !== undefined;
  }

  /** Width and height of the chart in pixels. */
  get size() {
    const { width, height } = this.element._fullLayout;
    return { width, height };
  }

  /** Whether the chart as drawn has the panel with these axes. */
  has(axes) {
    return axes.every((name) => (name === "scene" ? this.#scene : this.#axis(name)));
  }

  /** Pixels from the chart's top left corner of a point in data coordinates. */
  toPixels([x, y], [xAxis, yAxis]) {
    const [horizontal, vertical] = [this.#axis(xAxis), this.#axis(yAxis)];
    return [horizontal._offset + horizontal.d2p(x), vertical._offset + vertical.d2p(y)];
  }

  /** Two functions that turn x and y values into pixels, for loops over many points. */
  scales([xAxis, yAxis]) {
    return [xAxis, yAxis].map((name) => {
      const axis = this.#axis(name);
      return (value) => axis._offset + axis.d2p(value);
    });
  }

  /** A function that turns a point of a panel, flat or in three dimensions, into pixels, for loops over many. */
  placer(axes) {
    if (axes[0] !== "scene") {
      const [toLeft, toTop] = this.scales(axes);
      return (x, y) => [toLeft(x), toTop(y)];
    }
    const [left, top, width, height] = this.area(axes);
    const { glplot, dataScale } = this.#scene;
    const { model, view, projection } = glplot.cameraParams;
    return (x, y, z) => {
      const place = [x * dataScale[0], y * dataScale[1], z * dataScale[2], 1];
      const [across, down, , depth] = [model, view, projection].reduce(transformed, place);
      return [left + (0.5 + (0.5 * across) / depth) * width, top + (0.5 - (0.5 * down) / depth) * height];
    };
  }

  /** Data coordinates of a pixel, as fine as the screen can tell; in three dimensions of what is under the pointer. */
  toData([left, top], [xAxis, yAxis]) {
    if (xAxis === "scene") return this.hovered?.z === undefined ? null : ["x", "y"].map((name) => Number(this.hovered[name].toPrecision(4)));
    const at = (name, pixel) => this.#inside(name, this.rounded(name, this.#axis(name).p2d(pixel - this.#axis(name)._offset)));
    return [at(xAxis, left), at(yAxis, top)];
  }

  /** A value that rounding has not put beyond the end of an axis, where Plotly would hide it. */
  #inside(name, value) {
    if (this.#axis(name).type === "log") return value;
    const [low, high] = this.ends(name);
    return Math.min(high, Math.max(low, value));
  }

  /** A value of an axis to a hundredth of what a pixel is worth there. */
  rounded(name, value) {
    const axis = this.#axis(name);
    const pixel = axis.d2p(value);
    const grain = Math.abs(axis.p2d(pixel + 1) - value) || 1;
    return Number(value.toFixed(Math.min(100, Math.max(0, 2 - Math.floor(Math.log10(grain))))));
  }

  /** The plotting rectangle of a panel: `[left, top, width, height]` in pixels. */
  area([xAxis, yAxis]) {
    if (xAxis === "scene") {
      const { _size: size, scene } = this.element._fullLayout;
      const [x, y] = [scene.domain.x, scene.domain.y];
      return [size.l + x[0] * size.w, size.t + (1 - y[1]) * size.h, (x[1] - x[0]) * size.w, (y[1] - y[0]) * size.h];
    }
    const [horizontal, vertical] = [this.#axis(xAxis), this.#axis(yAxis)];
    return [horizontal._offset, vertical._offset, horizontal._length, vertical._length];
  }

  /** The range of an axis as a layout has it: upside down where the axis is, in decades where it is logarithmic. */
  range(name) {
    return [...this.#axis(name).range];
  }

  /** The visible ends of an axis, the lower one first. */
  ends(name) {
    return this.range(name).sort((one, other) => one - other);
  }

  /** From where the visitor looks at the panel of three dimensions; undefined without one. */
  get camera() {
    return this.#scene?.getCamera();
  }

  /** In three dimensions the view comes after the hand by some frames, which no event tells: each one calls `then`. */
  followCamera(then) {
    const plot = this.#scene?.glplot;
    if (!plot || plot === this.followed) return;
    this.followed = plot;
    const render = plot.onrender;
    plot.onrender = () => {
      render();
      then();
    };
  }

  /** The panel of three dimensions; there is none where the browser has no WebGL, which Plotly then says itself. */
  get #scene() {
    const scene = this.element._fullLayout?.scene?._scene;
    return scene?.glplot ? scene : undefined;
  }

  #axis(name) {
    return this.element._fullLayout?.[longName(name)];
  }
}
