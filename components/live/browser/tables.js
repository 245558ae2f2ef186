// Readouts as tables of text. Cells are reused, so that nothing flickers while numbers change.

const cell = (row, tag, scope) => {
  const element = document.createElement(tag);
  if (scope) element.scope = scope;
  row.append(element);
};

export class Tables {
  constructor(element) {
    this.element = element;
  }

  show(readouts) {
    while (this.element.children.length < readouts.length) {
      this.element.append(Object.assign(document.createElement("table"), { className: "live-table" }));
    }
    while (this.element.children.length > readouts.length) this.element.lastChild.remove();
    readouts.forEach((readout, index) => this.#fill(this.element.children[index], readout));
  }

  #fill(table, { caption, columns, rows }) {
    const lines = [columns, ...rows.map(({ cells }) => cells)];
    if (table.rows.length !== lines.length || table.rows[0]?.cells.length !== columns.length) {
      table.replaceChildren();
      table.createCaption();
      lines.forEach((line, down) => {
        const row = table.insertRow();
        line.forEach((_, across) => cell(row, down && across ? "td" : "th", down ? "row" : "col"));
      });
    }
    table.caption.textContent = caption;
    lines.forEach((line, down) => {
      table.rows[down].style.setProperty("--row-color", down ? rows[down - 1].color : "inherit");
      line.forEach((text, across) => {
        const shown = table.rows[down].cells[across];
        if (shown.textContent !== text) shown.textContent = text;
      });
    });
  }
}
