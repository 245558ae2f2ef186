// The one place that knows Plotly: loading it, drawing in place, and turning data into pixels.
// Axis internals (_fullLayout, _offset, d2p, p2d) are used here and nowhere else.

const NARROW = 560; // px of chart width under which a figure's `narrow` layout applies

let loading;

/** Load plotly.js once a page: the page has asked for it already, unless the figure stands alone. */
function loadPlotly(url) {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.getElementById("live-plotly") ?? document.createElement("script");
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => {
      loading = undefined;
      script.remove();
      reject(new Error("The chart library could not be loaded. Reload the page."));
    });
    if (script.isConnected) return;
    script.src = url;
    document.head.append(script);
  });
  return loading;
}

/** Plotly's name of an axis in a layout: "y2" is "yaxis2" there. */
export const longName = (axis) => axis.replace(/^([xyz])(\d*)$/, "$1axis$2");

/** Any colour of CSS as one that Plotly can read. */
function plain(color) {
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}

/** A point times a 4 × 4 matrix, column by column as WebGL has it. */
const transformed = (point, matrix) => [0, 1, 2, 3].map((row) => point.reduce((sum, part, column) => sum + part * matrix[4 * column + row], 0));

export class Chart {
  /** `element` becomes a Plotly graph; `afterDraw` runs whenever its pixels may have moved, `save` at a press of the camera. */
  constructor(element, afterDraw, save) {
    this.element = element;
    this.afterDraw = afterDraw;
    this.save = save;
    this.figure = null;
    this.drawn = null;
    this.held = [];
    this.drawing = false;
    this.observer = new ResizeObserver(() => this.#resize());
  }

  async load(url) {
    this.Plotly = await loadPlotly(url);
  }

  /**
   * Draw a figure in place; of several that arrive while one is being drawn, the last is drawn next.
   * The axes named in `held` stay where they are, so that nothing slips under the hand.
   */
  async draw(figure, held = []) {
    this.figure = figure;
    this.held = held;
    if (this.drawing) return;
    this.drawing = true;
    const first = !this.drawn;
    try {
      while (this.drawn !== this.figure) {
        this.#keepCamera();
        this.drawn = this.figure;
        await this.Plotly.react(this.element, this.drawn.data, this.#layout(this.drawn), this.#config(this.drawn));
      }
    } finally {
      this.drawing = false;
    }
    if (first) {
      this.element.on("plotly_afterplot", this.afterDraw);
      this.element.on("plotly_relayouting", this.afterDraw);
      this.element.on("plotly_hover", ({ points }) => (this.hovered = points[0]));
      this.element.on("plotly_unhover", () => (this.hovered = undefined));
      this.observer.observe(this.element);
    }
    this.#followCamera();
    this.afterDraw();
  }

  /** In three dimensions the view comes after the hand by some frames, which no event tells: each one calls `afterDraw`. */
  #followCamera() {
    const plot = this.#scene?.glplot;
    if (!plot || plot === this.followed) return;
    this.followed = plot;
    const render = plot.onrender;
    plot.onrender = () => {
      render();
      this.afterDraw();
    };
  }

  /** Whether the axes as drawn have room for a figure; those in `held` have to do. */
  fits({ layout }, held) {
    if (!this.drawn) return false;
    return Object.entries(layout).every(([name, { range }]) => {
      if (!/^[xy]axis/.test(name) || !range || held.includes(name)) return true;
      const [low, high] = [...this.drawn.layout[name].range].sort((one, other) => one - other);
      const slack = 0.01 * (high - low);
      return Math.min(...range) >= low - slack && Math.max(...range) <= high + slack;
    });
  }

  /** Take a figure whose marks somebody else paints for now: `figure` answers questions about it. */
  adopt(figure) {
    this.figure = figure;
  }

  /** Remember from where the visitor looks at a surface, for when it comes back after contours. */
  #keepCamera() {
    if (this.#scene) this.camera = { subject: this.drawn.layout.uirevision, view: this.#scene.getCamera() };
  }

  #resize() {
    if (this.element.clientWidth === this.element._fullLayout.width) return;
    this.drawn = null;
    this.draw(this.figure);
  }

  #layout({ layout, narrow }) {
    const shown = { ...layout, ...(this.element.clientWidth < NARROW ? narrow : {}) };
    const { color, fontFamily, fontSize } = getComputedStyle(this.element);
    shown.font = { color, family: fontFamily, size: 0.85 * parseFloat(fontSize) };
    shown.width = this.element.clientWidth;
    shown.hoverlabel = { bgcolor: getComputedStyle(this.element).getPropertyValue("--st-background-color") };
    if (shown.scene && this.camera?.subject === shown.uirevision) shown.scene = { ...shown.scene, camera: this.camera.view };
    if (matchMedia("(pointer: coarse)").matches) shown.dragmode = false;
    for (const name of this.element._fullLayout ? this.held : []) {
      shown[name] = { ...shown[name], range: [...this.element._fullLayout[name].range] };
    }
    return shown;
  }

  #config({ config }) {
    // Plotly's own camera sees its marks alone, and its own list of buttons offers to upload the chart to its makers' cloud.
    const camera = { name: "save", title: "Save as PNG", icon: this.Plotly.Icons.camera, click: this.save };
    return { displaylogo: false, modeBarButtons: [[camera, "zoom2d", "pan2d", "resetScale2d"]], ...config };
  }

  /** Plotly's marks as an image of `scale` pixels for one of the page's, in the colours that CSS gives them here. */
  async image(scale) {
    const { data, layout, _fullLayout: { width, height } } = this.element;
    const style = getComputedStyle(this.element);
    const [gridcolor, zerolinecolor] = ["--grid-color", "--zero-color"].map((name) => plain(style.getPropertyValue(name)));
    const shown = { ...layout, font: { ...layout.font, color: style.color } };
    for (const name of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
      shown[name] = { ...layout[name], gridcolor, zerolinecolor };
    }
    const image = new Image();
    image.src = await this.Plotly.toImage({ data, layout: shown }, { width, height, scale });
    await image.decode();
    return image;
  }

  /** The panel of three dimensions; there is none where the browser has no WebGL, which Plotly then says itself. */
  get #scene() {
    const scene = this.element._fullLayout?.scene?._scene;
    return scene?.glplot ? scene : undefined;
  }

  #axis(name) {
    return this.element._fullLayout?.[longName(name)];
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

  /** Two functions that turn x and y values into pixels, for loops over many points. */
  scales([xAxis, yAxis]) {
    return [xAxis, yAxis].map((name) => {
      const axis = this.#axis(name);
      return (value) => axis._offset + axis.d2p(value);
    });
  }

  /** Data coordinates of a pixel, as fine as the screen can tell; in three dimensions of what is under the pointer. */
  toData([left, top], [xAxis, yAxis]) {
    if (xAxis === "scene") return this.hovered?.z === undefined ? null : ["x", "y"].map((name) => Number(this.hovered[name].toPrecision(4)));
    const at = (name, pixel) => this.rounded(name, this.#axis(name).p2d(pixel - this.#axis(name)._offset));
    return [at(xAxis, left), at(yAxis, top)];
  }

  /** A value of an axis to a hundredth of what a pixel is worth there. */
  rounded(name, value) {
    const axis = this.#axis(name);
    const pixel = axis.d2p(value);
    const grain = Math.abs(axis.p2d(pixel + 1) - value) || 1;
    return Number(value.toFixed(Math.min(100, Math.max(0, 2 - Math.floor(Math.log10(grain))))));
  }

  /** The plotting rectangle of a pair of axes: `[left, top, width, height]` in pixels. */
  area([xAxis, yAxis]) {
    if (xAxis === "scene") {
      const { _size: size, scene } = this.element._fullLayout;
      const [x, y] = [scene.domain.x, scene.domain.y];
      return [size.l + x[0] * size.w, size.t + (1 - y[1]) * size.h, (x[1] - x[0]) * size.w, (y[1] - y[0]) * size.h];
    }
    const [horizontal, vertical] = [this.#axis(xAxis), this.#axis(yAxis)];
    return [horizontal._offset, vertical._offset, horizontal._length, vertical._length];
  }

  /** Width in pixels. */
  get width() {
    return this.element._fullLayout.width;
  }

  /** The visible ends of an axis in data units. */
  ends(name) {
    return [...this.#axis(name).range].sort((one, other) => one - other);
  }

  /** The axes of a trace, as `["x", "y2"]`. */
  axesOf(index) {
    const trace = this.figure.data[index];
    return [trace.xaxis ?? "x", trace.yaxis ?? "y"];
  }

  remove() {
    this.observer.disconnect();
    this.Plotly?.purge(this.element);
  }
}
