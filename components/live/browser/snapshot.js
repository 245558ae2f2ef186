// The view as a PNG: Plotly's marks and what lies above them, on the theme's background.

const FINE = 2; // pixels of the file for one of the page's

/** Save the chart as the visitor sees it, under everything that `layers` paint, as losscope.png. */
export async function save(chart, layers) {
  const background = getComputedStyle(chart.element).getPropertyValue("--st-background-color");
  const marks = await chart.image(FINE);
  const canvas = Object.assign(document.createElement("canvas"), { width: marks.width, height: marks.height });
  const pen = canvas.getContext("2d");
  pen.fillStyle = background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(marks, 0, 0);
  pen.scale(FINE, FINE);
  for (const layer of layers) layer.paint(pen, background);
  Object.assign(document.createElement("a"), { href: canvas.toDataURL(), download: "losscope.png" }).click();
}
