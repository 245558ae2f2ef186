// The live figure: a Plotly chart with its sliders, handles and player, updated in place.
// Python computes everything that is shown; this file only carries values back and forth.

import { Arrays } from "./arrays.js";
import { Chart } from "./chart.js";
import { Controls } from "./controls.js";
import { Handles } from "./handles.js";
import { Labels } from "./labels.js";
import { Link } from "./link.js";
import { paintable, Painter } from "./painter.js";
import { Player } from "./player.js";
import { save } from "./snapshot.js";
import { Tables } from "./tables.js";

const figures = new WeakMap();

const part = (parent, tag, className) => {
  const element = Object.assign(document.createElement(tag), { className });
  parent.append(element);
  return element;
};

class LiveFigure {
  constructor(parent) {
    this.root = part(parent, "div", "live-figure");
    this.sentence = part(this.root, "p", "live-sentence");
    const bar = part(this.root, "div", "live-player"); // above the chart, where it is in sight
    const stage = part(this.root, "div", "live-stage");
    this.graph = part(stage, "div", "live-chart");
    this.graph.role = "figure";
    const side = part(this.root, "div", "live-side");
    const controls = part(side, "div", "live-controls");
    this.tables = new Tables(part(side, "div", "live-tables"));
    this.notes = part(side, "ul", "live-notes");
    const steps = part(this.root, "div", "live-steps");
    this.announcement = part(this.root, "div", "live-announcement");
    this.announcement.role = "status";

    const input = (values) => {
      if (!this.send) return; // a figure in a file has nobody to tell
      this.link.input(values);
      this.#mark();
    };
    this.link = new Link((message, settled) => this.#ask(message, settled), () => this.handles.dragging);
    this.chart = new Chart(this.graph, () => this.#overlay(), () => save(this.chart, [this.labels, this.player]));
    this.controls = new Controls(controls, input);
    this.painter = new Painter(stage, this.chart);
    this.labels = new Labels(stage, this.chart);
    this.handles = new Handles(stage, this.chart, input);
    this.player = new Player(bar, stage, steps, this.chart, input);
    this.arrays = new Arrays();
    this.shown = 0; // number of the last input that the picture answers
  }

  /** What Streamlit calls: a script run has computed a new picture. Without `send` there is no Python behind it. */
  async mount(data, send) {
    this.send = send;
    this.channel = data.channel;
    this.link.startAfter(data.answers);
    try {
      await this.chart.load(data.plotly);
    } catch (error) {
      this.sentence.textContent = error.message;
      return;
    }
    await this.update(data);
  }

  /** Ask Python for the next picture: by the short way while the hand moves, by a script run when it rests. */
  async #ask(message, settled) {
    this.root.dataset.asked = message.seq;
    if (settled || !this.channel) return this.send("input", message);
    let answer;
    try {
      const response = await fetch(this.channel, { method: "POST", body: JSON.stringify({ ...message, holds: this.arrays.refs }) });
      if (!response.ok) throw new Error(response.statusText);
      answer = await response.json();
    } catch {
      this.channel = undefined; // the server has forgotten this session: go the long way until it answers
      return this.send("input", message);
    }
    await this.update(answer);
  }

  async update(data) {
    this.link.answer(data.answers);
    const behind = this.link.busy; // the hand is ahead of this answer
    if (data.answers < this.shown || (behind && !data.moving)) return; // a newer picture is here, or on its way
    this.shown = data.answers;
    this.controls.show(data.controls, behind);
    this.arrays.next();
    const figure = this.arrays.decode(data.figure);
    const player = this.arrays.decode(data.player);
    const held = this.handles.held;
    if (data.moving && this.chart.fits(figure, held) && paintable(figure, this.chart.drawn)) {
      this.chart.adopt(figure);
      this.painter.paint(figure.data);
    } else {
      await this.chart.draw(figure, data.moving ? held : []);
      if (!this.root.isConnected || data.answers < this.shown) return; // overtaken while Plotly drew
      this.painter.clear();
    }
    this.labels.show(data.labels);
    this.handles.show(data.handles, data.pick, behind);
    this.player.show(player, !data.moving && !behind);
    this.labels.place();
    this.sentence.textContent = data.sentence;
    this.graph.ariaLabel = data.alt;
    this.tables.show(data.readouts);
    this.#note(data.notes);
    this.root.dataset.answers = data.answers;
    if (!data.moving) this.#rest(data);
    this.#mark();
  }

  /** Say in the page whether what is shown is the last word on what the hand did. */
  #mark() {
    this.root.toggleAttribute("data-settled", this.link.settled);
  }

  #note(notes) {
    if (notes.join() === [...this.notes.children].map((item) => item.textContent).join()) return;
    this.notes.replaceChildren(...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
  }

  /** What may wait until the hand rests: the link to this view, and what a screen reader says. */
  #rest(data) {
    if (this.announcement.textContent !== data.sentence) this.announcement.textContent = data.sentence;
    if (!data.address) return;
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

  remove() {
    this.link.close();
    this.player.close();
    this.chart.remove();
    this.root.remove();
  }
}

/**
 * Called by Streamlit's component runtime at every data change, and once by a file that stands alone; returns what
 * undoes the mount. The style sheet is there already, or the figure would measure itself without it.
 */
export function show({ data, parentElement, setStateValue }) {
  if (!figures.has(parentElement)) figures.set(parentElement, new LiveFigure(parentElement));
  figures.get(parentElement).mount(data, setStateValue);
  return () => {
    figures.get(parentElement)?.remove();
    figures.delete(parentElement);
  };
}
