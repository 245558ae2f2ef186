// Readouts as tables of text. Cells are reused, so that nothing flickers while numbers change.

import { write } from "./terms.js";

const cell = (row, tag, scope) => {
  const element = document.createElement(tag);
  if (scope) element.scope = scope;
  row.append(element);
};

const made = (tag, properties) => Object.assign(document.createElement(tag), properties);

export class Tables {
  /** The first table stands in `element`, those after it fold. */
  constructor(element) {
    this.element = element;
    this.tables = [];
    this.fold = made("details", { className: "live-fold" });
    this.fold.append(made("summary", { textContent: "More numbers" }));
    new ResizeObserver(() => this.#reach()).observe(element);
  }

  /** Show these readouts; `colors` are those of the heads of columns, where they have some. */
  show(readouts, colors = []) {
    while (this.tables.length < readouts.length) this.tables.push(made("table", { className: "live-table" }));
    while (this.tables.length > readouts.length) this.tables.pop().remove();
    if (readouts.length > 1) this.element.append(this.fold);
    else this.fold.remove();
    readouts.forEach((readout, index) => {
      const table = this.tables[index];
      if (!table.isConnected) index ? this.fold.append(table) : this.element.prepend(table);
      if (this.#fill(table, readout, colors)) requestAnimationFrame(() => this.#reach());
    });
  }

  /** Write a readout into a table; returns whether it has got other rows or columns. */
  #fill(table, { caption, columns, rows }, colors) {
    const lines = [columns, ...rows.map(({ cells }) => cells)];
    const anew = table.rows.length !== lines.length || table.rows[0]?.cells.length !== columns.length;
    if (anew) {
      table.replaceChildren();
      table.createCaption();
      lines.forEach((line, down) => {
        const row = table.insertRow();
        line.forEach((_, across) => cell(row, down && across ? "td" : "th", down ? "row" : "col"));
      });
    }
    write(table.caption, caption);
    lines.forEach((line, down) => {
      line.forEach((text, across) => {
        const shown = table.rows[down].cells[across];
        if (!down || !across) shown.style.setProperty("--head-color", (down ? rows[down - 1].color : colors[across]) ?? "inherit");
        if (!down || !across) write(shown, text);
        else if (shown.textContent !== text) shown.textContent = text;
      });
    });
    return anew;
  }

  /** What does not fit is scrolled, by key too. */
  #reach() {
    if (this.element.scrollWidth > this.element.clientWidth) this.element.tabIndex = 0;
    else this.element.removeAttribute("tabindex");
  }
}
