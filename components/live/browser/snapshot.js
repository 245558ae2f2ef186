// The view as a file: Plotly's marks and what lies above them, on the theme's background.

const KEPT = 60_000; // ms for which the browser may still read what it saves
const FINE = 2; // pixels of the file for one of the page's

/** Save the chart as the visitor sees it, under everything that `layers` paint, as losscope.png or losscope.svg. */
export async function save(chart, layers, format) {
  const background = getComputedStyle(chart.element).getPropertyValue("--st-background-color");
  const href = await (format === "svg" ? vector : pixels)(chart, layers, background);
  Object.assign(document.createElement("a"), { href, download: `losscope.${format}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT);
}

async function pixels(chart, layers, background) {
  const { canvas, pen } = blank(chart);
  pen.fillStyle = background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(await chart.image(FINE), 0, 0);
  painted(pen, layers, background);
  return canvas.toDataURL();
}

/** Plotly's marks as lines and letters; what lies above them is a picture on top, since it is painted. */
async function vector(chart, layers, background) {
  const { canvas, pen } = blank(chart);
  painted(pen, layers, background);
  const whole = `width="100%" height="100%"`;
  const text = await chart.vector();
  const start = text.indexOf(">", text.indexOf("<svg")) + 1;
  const end = text.lastIndexOf("</svg>");
  const parts = [text.slice(0, start), `<rect ${whole} fill="${background}"/>`, text.slice(start, end), `<image ${whole} href="${canvas.toDataURL()}"/></svg>`];
  return URL.createObjectURL(new Blob(parts, { type: "image/svg+xml" }));
}

function blank(chart) {
  const { width, height } = chart.panels.size;
  const canvas = Object.assign(document.createElement("canvas"), { width: FINE * width, height: FINE * height });
  return { canvas, pen: canvas.getContext("2d") };
}

function painted(pen, layers, background) {
  pen.scale(FINE, FINE);
  for (const layer of layers) layer.paint(pen, background);
}
