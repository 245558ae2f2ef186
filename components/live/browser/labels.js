// The name of every line at its end, moved apart where two would overlap.

const HEIGHT = 17; // px that one label needs, where nothing is enlarged

/** Spread sorted label positions so that neighbours are `height` apart and all stay above `floor`. */
function spread(labels, height, floor) {
  for (let index = 1; index < labels.length; index += 1) {
    labels[index].top = Math.max(labels[index].top, labels[index - 1].top + height);
  }
  for (let index = labels.length - 1, limit = floor; index >= 0; index -= 1, limit -= height) {
    labels[index].top = Math.min(labels[index].top, limit);
  }
}

/** Labels in groups that no vertical line has in common: only within one could two overlap. */
function columns(labels) {
  const found = [];
  let right = -Infinity;
  for (const label of [...labels].sort((one, other) => one.left - other.left)) {
    if (label.left > right) found.push([]);
    found.at(-1).push(label);
    right = Math.max(right, label.left + label.width);
  }
  return found;
}

export class Labels {
  constructor(stage, chart) {
    this.chart = chart;
    this.element = Object.assign(document.createElement("div"), { className: "live-labels", ariaHidden: "true" });
    stage.append(this.element);
    this.specs = [];
    this.widths = new WeakMap();
    this.placed = [];
  }

  show(specs) {
    this.specs = specs;
    while (this.element.children.length < specs.length) this.element.append(document.createElement("span"));
    while (this.element.children.length > specs.length) this.element.lastChild.remove();
    specs.forEach(({ text, color, line }, index) => {
      const label = this.element.children[index];
      label.classList.toggle("live-grounded", line !== null);
      if (label.textContent !== text) {
        label.textContent = text;
        this.widths.set(label, label.offsetWidth); // measured once: it would cost a layout a frame
      }
      label.style.setProperty("--label-color", color);
    });
  }

  /** Put every label where it belongs, inside its panel and the chart. */
  place() {
    if (!this.chart.figure) return;
    const height = HEIGHT * this.chart.size.marks;
    const panels = new Map();
    this.specs.forEach((spec, index) => {
      if (!this.chart.panels.has(spec.axes)) return; // a figure of other panels is drawn already: show() follows
      const panel = spec.axes.join();
      panels.set(panel, [...(panels.get(panel) ?? []), { ...spec, element: this.element.children[index] }]);
    });
    for (const labels of panels.values()) {
      const [, areaTop, , areaHeight] = this.chart.panels.area(labels[0].axes);
      for (const label of labels) {
        const [left, top] = this.chart.panels.toPixels([label.x, label.y], label.axes);
        label.width = this.widths.get(label.element);
        const wished = label.line === null ? left + 5 : Math.max(0, left - label.width / 2);
        label.left = Math.min(wished, this.chart.panels.size.width - label.width);
        label.top = Math.max(areaTop, Math.min(areaTop + areaHeight, top + (label.line ?? 0) * height));
      }
      const names = labels.filter(({ line }) => line === null);
      for (const column of columns(names)) spread(column.sort((one, other) => one.top - other.top), height, areaTop + areaHeight);
      for (const { element, left, top } of labels) element.style.transform = `translate(${left}px, ${top}px) translateY(-50%)`;
    }
    this.placed = [...panels.values()].flat();
  }

  /** Write the labels with any pen, where they stand; `halo` is the colour around them. */
  paint(pen, halo) {
    const height = HEIGHT * this.chart.size.marks;
    pen.save();
    Object.assign(pen, { textBaseline: "middle", lineJoin: "round", lineWidth: 3, strokeStyle: halo });
    for (const { element, text, left, top, line, width } of this.placed) {
      const { color, fontWeight, fontSize, fontFamily } = getComputedStyle(element);
      if (line !== null) {
        pen.fillStyle = halo;
        pen.fillRect(left, top - height / 2, width, height);
      }
      Object.assign(pen, { fillStyle: color, font: `${fontWeight} ${fontSize} ${fontFamily}` });
      pen.strokeText(text, left, top);
      pen.fillText(text, left, top);
    }
    pen.restore();
  }
}
