// A | B: a picture that stays, beside the one that goes on, in the same axes.

import { Chart } from "./chart.js";
import { Labels } from "./labels.js";
import { prepare } from "./painter.js";
import { enlarged } from "./sizes.js";
import { drawLines, drawTracks } from "./tracks.js";

const AXIS = /^[xy]axis\d*$/;

/** The layout of a figure with room for another one's marks too. */
function roomy(figure, other) {
  const layout = { ...figure.layout };
  for (const name of Object.keys(layout).filter((key) => AXIS.test(key))) {
    const [mine, theirs] = [layout[name].range, other.layout[name]?.range];
    if (mine && theirs && kind(layout[name]) === kind(other.layout[name])) layout[name] = { ...layout[name], range: joined(mine, theirs) };
  }
  return { ...figure, layout };
}

/** Plotly notes in a layout what kind an axis turned out to be. */
const kind = ({ type }) => type ?? "linear";

function joined(mine, theirs) {
  const [low, high] = [Math.min(...mine, ...theirs), Math.max(...mine, ...theirs)];
  return mine[0] <= mine[1] ? [low, high] : [high, low];
}

export class Pinned {
  /** `panes` takes the picture that stays, `tools` the button; `current()` gives what is shown, `onChange` follows a pin. */
  constructor(panes, tools, current, onChange) {
    Object.assign(this, { panes, current, onChange, kept: null });
    this.button = Object.assign(document.createElement("button"), { type: "button", title: "Keep this picture beside the next one, until the page is left" });
    this.button.addEventListener("click", () => (this.kept ? this.#unpin() : this.#pin()));
    this.button.disabled = true;
    tools.append(this.button);
    this.#face();
  }

  /** There is a picture that could stay. */
  ready() {
    this.button.disabled = false;
  }

  /** A figure with the axes that it shares with the picture that stays, which is drawn in them at this size. */
  beside(figure, size) {
    if (!this.kept) return figure;
    if (this.chart.Plotly) {
      const drawn = roomy(this.kept.figure, figure);
      const state = JSON.stringify([axes(drawn), size]);
      if (state !== this.state) {
        this.state = state;
        this.chart.size = size;
        this.chart.draw(enlarged(drawn, size.marks));
      }
    }
    return roomy(figure, this.kept.figure);
  }

  async #pin() {
    const kept = (this.kept = this.current());
    this.state = undefined;
    this.pane = Object.assign(document.createElement("figure"), { className: "live-pinned" });
    const caption = Object.assign(document.createElement("figcaption"), { textContent: `A: ${this.kept.sentence}` });
    const stage = Object.assign(document.createElement("div"), { className: "live-stage" });
    const graph = Object.assign(document.createElement("div"), { className: "live-chart", role: "img", ariaLabel: `A: ${this.kept.alt}` });
    stage.append(graph);
    this.pane.append(caption, stage);
    this.panes.prepend(this.pane);
    this.panes.classList.add("live-compared");
    this.#face();
    this.chart = new Chart(graph, () => this.#overlay());
    this.labels = new Labels(stage, this.chart);
    this.canvas = Object.assign(document.createElement("canvas"), { className: "live-canvas", ariaHidden: "true" });
    stage.append(this.canvas);
    await this.chart.load();
    if (this.kept !== kept) return; // taken away meanwhile
    this.onChange();
    this.labels.show(kept.labels);
  }

  #overlay() {
    if (!this.kept) return;
    this.labels.place();
    const { player, at } = this.kept;
    if (!player) return;
    const pen = prepare(this.canvas, this.chart.element);
    const shown = ({ axes }) => this.chart.panels.has(axes);
    drawLines(pen, this.chart, player.lines.filter(shown), at);
    drawTracks(pen, this.chart, player.tracks.filter(shown), at, getComputedStyle(this.panes).getPropertyValue("--st-background-color"));
  }

  #unpin() {
    this.remove();
    this.#face();
    this.onChange();
  }

  #face() {
    this.button.textContent = this.kept ? "A | B ✕" : "A | B";
    this.button.ariaPressed = String(Boolean(this.kept));
    this.button.ariaLabel = this.kept ? "End the comparison" : "Pin this picture as A";
  }

  remove() {
    this.kept = null;
    this.chart?.remove();
    this.pane?.remove();
    this.panes.classList.remove("live-compared");
  }
}

const axes = ({ layout }) => Object.entries(layout).filter(([name]) => AXIS.test(name)).map(([name, { range }]) => [name, range]);
