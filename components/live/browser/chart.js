// Draws a figure with Plotly, in place.

import { loadPlotly } from "./loading.js";
import { Panels } from "./panels.js";
import { USUAL } from "./sizes.js";

const NARROW = 560; // px of chart width under which a figure's `narrow` layout applies

/** Any colour of CSS as one that Plotly can read. */
function plain(color) {
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}

export class Chart {
  /** `element` becomes a Plotly graph; `afterDraw` runs whenever its pixels may have moved, `save("png")` or `"svg"` at a press of its buttons; without `save` it has none. */
  constructor(element, afterDraw, save) {
    this.element = element;
    this.afterDraw = afterDraw;
    this.save = save;
    this.panels = new Panels(element);
    this.figure = null;
    this.drawn = null;
    this.held = [];
    this.size = USUAL;
    this.resized = false;
    this.observer = new ResizeObserver(() => this.#resize());
  }

  async load(url) {
    this.Plotly = await loadPlotly(url);
    this.config ??= this.#buttons(); // made once: where a config has another function in it, Plotly draws all anew and drops the zoom
  }

  /** The trace that carries a handle; undefined where another figure is here already. */
  trace(handle) {
    return this.figure?.data.find((trace) => trace.handle === handle);
  }

  /**
   * Draw a figure in place; of several that arrive while one is being drawn, the last is drawn next, and all are done then.
   * The axes named in `held` stay where they are, so that nothing slips under the hand.
   */
  draw(figure, held = []) {
    this.figure = figure;
    this.held = held;
    this.drawing ??= this.#drawAll().finally(() => (this.drawing = undefined));
    return this.drawing;
  }

  async #drawAll() {
    while (!this.removed && (this.drawn !== this.figure || this.resized)) {
      this.#keepCamera();
      this.drawn = this.figure;
      this.resized = false;
      await this.Plotly.react(this.element, this.#traces(this.drawn), this.#layout(this.drawn), this.config);
    }
    if (this.removed) return;
    this.#follow();
    this.panels.followCamera(this.afterDraw);
    this.afterDraw();
  }

  /** The traces as Plotly has them: whole at an edge too where a handle moves them, and in front of others where they cover those. */
  #traces({ data }) {
    const color = getComputedStyle(this.element).getPropertyValue("--st-background-color");
    return data.map(({ handle, covers, ...trace }) => ({
      ...trace,
      ...(handle && { cliponaxis: false }),
      ...(covers && { marker: { ...trace.marker, color } }),
    }));
  }

  /** Hear of whatever moves the pixels of what has been drawn. */
  #follow() {
    if (this.followed) return;
    this.followed = true;
    this.element.on("plotly_afterplot", this.afterDraw);
    this.element.on("plotly_relayouting", this.afterDraw);
    this.element.on("plotly_hover", ({ points }) => (this.panels.hovered = points[0]));
    this.element.on("plotly_unhover", () => (this.panels.hovered = undefined));
    this.observer.observe(this.element);
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
    const view = this.panels.camera;
    if (view) this.camera = { subject: this.drawn.layout.uirevision, view };
  }

  #resize() {
    const { width, height } = this.#room(this.drawn.layout);
    if (width === this.panels.size.width && height === this.panels.size.height) return;
    this.resized = true;
    this.draw(this.figure);
  }

  #layout({ layout, narrow }) {
    const shown = { ...layout, ...(this.element.clientWidth < NARROW ? narrow : {}) };
    const { color, fontFamily, fontSize } = getComputedStyle(this.element);
    shown.font = { color, family: fontFamily, size: this.size.text * parseFloat(fontSize) };
    Object.assign(shown, this.#room(shown));
    shown.hoverlabel = { bgcolor: getComputedStyle(this.element).getPropertyValue("--st-background-color") };
    if (shown.scene && this.camera?.subject === shown.uirevision) shown.scene = { ...shown.scene, camera: this.camera.view };
    if (matchMedia("(pointer: coarse)").matches) shown.dragmode = false;
    for (const name of this.panels.drawn ? this.held : []) shown[name] = { ...shown[name], range: this.panels.range(name) };
    return shown;
  }

  /** Width and height for the chart: those of its place on the page, or the height that the figure asks for where that is open. */
  #room({ height }) {
    const { clientWidth: width, clientHeight: given, parentElement: stage } = this.element;
    return { width, height: getComputedStyle(stage).getPropertyValue("--fill") === "1" ? given : height };
  }

  #buttons() {
    if (!this.save) return { displayModeBar: false };
    // Plotly's own camera sees its marks alone, and its own list of buttons offers to upload the chart to its makers' cloud.
    const camera = { name: "save", title: "Save as PNG", icon: this.Plotly.Icons.camera, click: () => this.save("png") };
    const vector = { name: "vector", title: "Save as SVG", icon: this.Plotly.Icons.disk, click: () => this.save("svg") };
    return { displaylogo: false, modeBarButtons: [[camera, vector, "zoom2d", "pan2d", "resetScale2d"]] };
  }

  /** Plotly's marks as an image of `scale` pixels for one of the page's, in the colours that CSS gives them here. */
  async image(scale) {
    const image = new Image();
    image.src = await this.#print({ scale });
    await image.decode();
    return image;
  }

  /** The same as the text of an SVG file. */
  async vector() {
    const address = await this.#print({ format: "svg" });
    return decodeURIComponent(address.slice(address.indexOf(",") + 1));
  }

  #print(options) {
    const { data, layout } = this.element;
    const style = getComputedStyle(this.element);
    const [gridcolor, zerolinecolor] = ["--grid-color", "--zero-color"].map((name) => plain(style.getPropertyValue(name)));
    const shown = { ...layout, font: { ...layout.font, color: style.color } };
    for (const name of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
      shown[name] = { ...layout[name], gridcolor, zerolinecolor };
    }
    return this.Plotly.toImage({ data, layout: shown }, { ...this.panels.size, ...options });
  }

  remove() {
    this.removed = true;
    this.observer.disconnect();
    this.Plotly?.purge(this.element);
  }
}
