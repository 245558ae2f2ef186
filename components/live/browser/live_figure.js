// The live figure: a Plotly chart with its sliders, handles and player, updated in place.
// Python computes everything that is shown; this file only carries values back and forth.

import { Arrays } from "./arrays.js";
import { Brush } from "./brush.js";
import { Chart } from "./chart.js";
import { alike, known, watch } from "./connection.js";
import { Controls } from "./controls.js";
import { Handles } from "./handles.js";
import { History } from "./history.js";
import { listen } from "./keys.js";
import { Labels } from "./labels.js";
import { Link } from "./link.js";
import { paintable, Painter } from "./painter.js";
import { Pinned } from "./pinned.js";
import { Player } from "./player.js";
import { Points } from "./points.js";
import { Runner } from "./runner.js";
import { save } from "./snapshot.js";
import { enlarged, FOR_A_ROOM, USUAL } from "./sizes.js";
import { Tables } from "./tables.js";
import { Terms, write } from "./terms.js";

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
    const tools = (this.tools = part(this.root, "div", "live-tools"));
    const main = part(this.root, "div", "live-main");
    const panes = part(main, "div", "live-panes");
    const stage = part(panes, "div", "live-stage");
    this.graph = part(stage, "div", "live-chart");
    this.graph.role = "figure";
    const bar = part(main, "div", "live-player");
    const runs = part(main, "div", "live-player live-runner");
    const side = part(this.root, "div", "live-side");
    const row = part(side, "div", "live-chips");
    const chips = part(row, "div", "live-chips");
    const edits = part(row, "div", "live-edits");
    const controls = part(side, "div", "live-controls");
    this.tables = new Tables(part(side, "div", "live-tables"));
    this.step = part(side, "details", "live-fold");
    part(this.step, "summary", "").textContent = "The step in numbers";
    const steps = part(this.step, "div", "live-tables live-steps");
    this.notes = part(side, "ul", "live-notes");
    this.announcement = part(this.root, "div", "live-announcement");
    this.announcement.role = "status";
    this.over = new AbortController(); // ends whatever hears more than the figure's own elements
    const { signal } = this.over;
    this.terms = new Terms(this.root, signal);

    const input = (values, alone) => {
      if (!this.send) return; // a figure in a file has nobody to tell
      if (this.history) this.history.returning = false;
      const begins = this.link.settled;
      this.link.input(values, alone);
      if (begins) this.painter.remember(this.chart.figure); // while Python computes
      this.#mark();
    };
    this.link = new Link((message, settled) => this.#ask(message, settled), () => this.handles.dragging || this.brush.painting || this.runner.running);
    this.chart = new Chart(this.graph, () => this.#overlay(), (format) => save(this.chart, [this.labels, this.player], format));
    this.controls = new Controls(controls, chips, input);
    this.painter = new Painter(stage, this.chart);
    this.labels = new Labels(stage, this.chart);
    this.handles = new Handles(stage, this.chart, input, signal);
    this.brush = new Brush(edits, stage, this.chart, input, signal);
    this.points = new Points(edits, stage, this.chart, this.handles, input);
    this.player = new Player(bar, stage, steps, this.chart, input);
    this.runner = new Runner(runs, input, () => this.#reached());
    this.pinned = new Pinned(panes, tools, () => this.#snapshot(), () => this.chart.draw(this.#sized()));
    this.arrays = new Arrays();
    this.shown = 0; // number of the last input that the picture answers
    listen(this, () => this.presented, signal);
    // What was pressed by hand keeps no focus before a room, so that Space is free to play.
    this.root.addEventListener("click", ({ detail, target }) => detail > 0 && this.presented && target.closest("button")?.blur());
  }

  /** What Streamlit calls: a script run has computed a new picture. Without `send` there is no Python behind it. */
  async mount(data, send) {
    this.send = send;
    if (!send) this.tools.remove(); // in a file nothing follows that could be undone or compared
    else if (!this.history) {
      this.history = new History(this.tools, (address) => this.#goTo(address), this.over.signal);
      watch(() => this.#lost(), () => this.link.again(), this.over.signal);
    }
    this.step.open ||= !send; // and there is room
    this.#present(data.address?.present === "1");
    this.channel = data.channel;
    this.link.startAfter(data.answers);
    if (send) this.#resume(data);
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
      if (this.removed) return;
      this.channel = undefined; // the server has forgotten this session: go the long way until it answers
      return this.send("input", message);
    }
    await this.update(answer);
  }

  /** A picture has arrived: one is shown whole before the next, and of several that wait the last. */
  async update(data) {
    if (this.removed) return; // the page was left while this was under way
    this.link.answer(data.answers);
    if (data.answers < this.shown || (this.link.busy && !data.moving)) return; // a newer picture is here, or on its way
    this.shown = data.answers;
    this.next = data;
    this.#mark();
    if (this.updating) return;
    this.updating = true;
    try {
      for (let picture; (picture = this.next) && !this.removed; ) {
        this.next = undefined;
        await this.#show(picture);
      }
    } finally {
      this.updating = false;
    }
    this.#mark();
  }

  async #show(data) {
    this.controls.show(data.controls, data.readouts[0]?.rows.length ?? 0, this.link.busy);
    this.arrays.next();
    this.figure = this.arrays.decode(data.figure);
    const figure = this.#sized();
    const player = this.arrays.decode(data.player);
    const held = this.handles.held;
    if (data.moving && this.chart.fits(figure, held) && paintable(figure, this.chart.drawn)) {
      this.chart.adopt(figure);
      this.painter.paint(figure.data);
    } else {
      await this.chart.draw(figure, data.moving ? held : []);
      if (this.removed) return;
      this.painter.clear();
    }
    const behind = this.link.busy; // the hand is ahead of this answer
    this.data = data;
    if (this.send) known.set(this.history.path, { channel: this.session, address: data.address, guide: data.guide });
    this.pinned.ready();
    this.labels.show(data.labels);
    this.handles.show(data.handles, data.pick, behind);
    this.brush.show(this.send ? data.brush : null, behind);
    this.points.show(data.handles);
    this.player.show(player, !data.moving && !behind);
    this.step.hidden = !player?.table;
    this.runner.show(this.send ? data.runner : null);
    this.labels.place();
    write(this.sentence, data.sentence);
    this.graph.ariaLabel = data.alt;
    this.tables.show(data.readouts);
    this.#note(data.notes);
    this.root.dataset.answers = data.answers;
    if (!data.moving) this.#rest(data);
  }

  /** Say in the page whether what is shown is the last word on what the hand did. */
  #mark() {
    const settled = this.link.settled && !this.updating && !this.next;
    this.root.toggleAttribute("data-settled", settled);
    if (settled) this.painter.forget();
  }

  #note(notes) {
    if (notes.join() === [...this.notes.children].map((item) => item.textContent).join()) return;
    this.notes.replaceChildren(...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
  }

  /** What may wait until the hand rests: the link to this view, and what a screen reader says. */
  #rest(data) {
    if (this.announcement.textContent !== data.sentence) this.announcement.textContent = data.sentence;
    if (data.address) this.history?.record(data.address, data.guide, this.#onlyPlayed() || this.reached);
    this.reached = false;
    this.link.reported = [];
  }

  /** What runs has come far enough to be in the address, should the page be left; a whole run is one step to undo. */
  #reached() {
    this.history.record(this.data.address, this.data.guide, this.reached);
    this.reached = true;
  }

  /** Whether the hand has done nothing but move the playhead, which is no step to undo. */
  #onlyPlayed() {
    return this.link.reported.length > 0 && this.link.reported.every((name) => name === "playhead");
  }

  /** The visitor has gone back or forward to an address of this page, and to what was to be done there. */
  #goTo(address) {
    this.link.say({ address });
    this.#mark();
  }

  /** The connection has broken: should the server have to begin anew, Streamlit is to ask it for what is shown now. */
  #lost() {
    if (this.data && !this.history.returning) this.history.record(this.data.address, this.data.guide, this.#onlyPlayed());
    this.history.handOver();
  }

  /** A session that is not the one in which this page was shown last knows no more than its address, or not even that: say it. */
  #resume({ channel, address, guide }) {
    this.session = channel;
    const before = known.get(this.history.path);
    if (!before || before.channel === channel) return;
    if (!this.data && Object.keys(this.history.parameters).length > 0) return; // the visitor has come by a link
    this.shown = 0;
    known.set(this.history.path, { ...before, channel });
    // Where it opens elsewhere, what waits may be of data that are gone; but not where that is an address to go to.
    const moved = !this.history.returning && !alike(before.address, address);
    const view = { address: { parameters: before.address, guide: before.guide } };
    this.link.restart(moved || !alike(before.guide, guide) ? view : undefined, moved);
  }

  /** Show the page to a room, or no longer. To a room, what was pressed around it keeps no focus, so that Space is free to play. */
  #present(presented) {
    if (presented && document.activeElement?.closest(".st-key-guide, .st-key-above")) document.activeElement.blur();
    if (!presented) document.documentElement.classList.remove("answer-hidden");
    this.presented = presented;
    document.documentElement.classList.toggle("presented", presented);
    this.chart.size = presented ? FOR_A_ROOM : USUAL;
  }

  /** The figure as it is drawn: in the axes that it shares with a pinned one, as large as it has to be. */
  #sized() {
    return enlarged(this.pinned.beside(this.figure, this.chart.size), this.chart.size.marks);
  }

  /** What is shown, for a picture that stays. */
  #snapshot() {
    const { sentence, alt, labels } = this.data;
    return { figure: this.figure, sentence, alt, labels, player: this.player.spec, at: this.player.at };
  }

  #overlay() {
    this.painter.overlay();
    this.labels.place();
    this.handles.place();
    this.brush.place();
    this.player.draw();
  }

  remove() {
    this.removed = true;
    this.link.close();
    this.over.abort();
    this.pinned.remove();
    this.player.close();
    this.chart.remove();
    this.root.remove();
  }
}

/**
 * Called by Streamlit's component runtime at every data change, which comes as bytes of JSON, and once by a file that
 * stands alone; returns what undoes the mount. The style sheet is there already, or the figure would measure itself without it.
 */
export function show({ data, parentElement, setStateValue }) {
  if (!figures.has(parentElement)) figures.set(parentElement, new LiveFigure(parentElement));
  figures.get(parentElement).mount(ArrayBuffer.isView(data) ? JSON.parse(new TextDecoder().decode(data)) : data, setStateValue);
  return () => {
    figures.get(parentElement)?.remove();
    figures.delete(parentElement);
  };
}
