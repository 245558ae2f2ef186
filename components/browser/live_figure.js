// The live figure: a Plotly chart with its sliders, handles and player, updated in place.
// Python computes everything that is shown; this file only carries values back and forth.

import { Chart, decode } from "./chart.js";
import { Controls } from "./controls.js";
import { Handles } from "./handles.js";
import { Labels } from "./labels.js";
import { Link } from "./link.js";
import { Player } from "./player.js";

const figures = new WeakMap();

const styles = new Promise((resolve) => {
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: new URL("live_figure.css", import.meta.url), onload: resolve, onerror: resolve });
  document.head.append(link);
});

const part = (parent, tag, className) => {
  const element = Object.assign(document.createElement(tag), { className });
  parent.append(element);
  return element;
};

class LiveFigure {
  constructor(parent) {
    this.root = part(parent, "div", "live-figure");
    this.sentence = part(this.root, "p", "live-sentence");
    const stage = part(this.root, "div", "live-stage");
    this.graph = part(stage, "div", "live-chart");
    this.graph.role = "img";
    const side = part(this.root, "div", "live-side");
    const controls = part(side, "div", "live-controls");
    this.table = part(side, "table", "live-table");
    const bar = part(stage, "div", "live-player");
    this.announcement = part(this.root, "div", "live-announcement");
    this.announcement.role = "status";

    const input = (values) => this.link.input(values);
    this.link = new Link((message) => this.send("input", message));
    this.chart = new Chart(this.graph, () => this.#overlay());
    this.controls = new Controls(controls, input);
    this.labels = new Labels(stage, this.chart);
    this.handles = new Handles(stage, this.chart, input);
    this.player = new Player(bar, stage, this.chart, input);
  }

  async update(data, send) {
    this.send = send;
    this.link.answer(data.answers);
    const stale = this.link.busy; // the hand is ahead of this answer
    this.controls.show(data.controls, stale);
    if (!this.chart.Plotly) await Promise.all([this.chart.load(data.plotly), styles]);
    await this.chart.draw(decode(data.figure), this.handles.dragging || stale);
    this.labels.show(data.labels);
    this.handles.show(data.handles, data.pick, this.handles.dragging || stale);
    this.player.show(decode(data.player));
    this.labels.place();
    this.sentence.textContent = data.sentence;
    this.graph.ariaLabel = data.alt;
    this.#fill(data.table);
    this.root.dataset.answers = data.answers;
    if (!stale) this.#rest(data);
  }

  /** What may wait until the hand rests: the link to this view, and what a screen reader says. */
  #rest(data) {
    if (this.announcement.textContent !== data.sentence) this.announcement.textContent = data.sentence;
    const address = new URL(window.location);
    const embedding = [...address.searchParams].filter(([name]) => name.startsWith("embed"));
    address.search = new URLSearchParams([...Object.entries(data.address), ...embedding]);
    if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
  }

  #overlay() {
    this.labels.place();
    this.handles.place();
    this.player.draw();
  }

  /** Readouts as text, row by row; cells are reused so that nothing flickers. */
  #fill({ columns, rows, caption }) {
    const lines = [columns, ...rows.map(({ cells }) => cells)];
    if (this.table.rows.length !== lines.length || this.table.rows[0]?.cells.length !== columns.length) {
      this.table.replaceChildren(part(this.table, "caption", ""));
      lines.forEach((line, index) => {
        const row = this.table.insertRow();
        line.forEach((_, column) => part(row, index && column ? "td" : "th", "").setAttribute("scope", index ? "row" : "col"));
      });
    }
    this.table.caption.textContent = caption;
    lines.forEach((line, index) => {
      this.table.rows[index].style.setProperty("--row-color", index ? rows[index - 1].color : "inherit");
      line.forEach((text, column) => {
        const cell = this.table.rows[index].cells[column];
        if (cell.textContent !== text) cell.textContent = text;
      });
    });
  }

  remove() {
    this.link.close();
    this.player.close();
    this.chart.remove();
    this.root.remove();
  }
}

/** Called by Streamlit's component runtime at every data change; returns what undoes the mount. */
export function show({ data, parentElement, setStateValue }) {
  if (!figures.has(parentElement)) figures.set(parentElement, new LiveFigure(parentElement));
  figures.get(parentElement).update(data, setStateValue);
  return () => {
    figures.get(parentElement)?.remove();
    figures.delete(parentElement);
  };
}
