// Draws an evenly spaced heatmap as an image: one pixel a value, stretched over its place.

const SHADES = 256;
const ramps = new Map(); // colour scale, as JSON -> bytes of its shades

/** The shades of a colour scale from its low end to its high one, four bytes each. */
function ramp(scale) {
  const key = JSON.stringify(scale);
  if (!ramps.has(key)) {
    const pen = new OffscreenCanvas(SHADES, 1).getContext("2d");
    const gradient = pen.createLinearGradient(0.5, 0, SHADES - 0.5, 0);
    for (const [share, color] of scale) gradient.addColorStop(share, color);
    pen.fillStyle = gradient;
    pen.fillRect(0, 0, SHADES, 1);
    ramps.set(key, new Uint32Array(pen.getImageData(0, 0, SHADES, 1).data.buffer));
  }
  return ramps.get(key);
}

/** Draw the values `z`, row by row from `y0` on; where there is no number nothing is drawn. */
export function raster(pen, { z, x0 = 0, dx = 1, y0 = 0, dy = 1, zmin, zmax, colorscale, opacity = 1 }, toLeft, toTop) {
  const [columns, rows] = [z[0].length, z.length];
  const shades = ramp(colorscale);
  const image = new ImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const scale = (SHADES - 1) / (zmax - zmin);
  for (let row = 0, at = 0; row < rows; row += 1) {
    const values = z[row];
    for (let column = 0; column < columns; column += 1, at += 1) {
      const shade = Math.round((values[column] - zmin) * scale);
      if (shade === shade) pixels[at] = shades[shade < 0 ? 0 : shade > SHADES - 1 ? SHADES - 1 : shade];
    }
  }
  const canvas = new OffscreenCanvas(columns, rows);
  canvas.getContext("2d").putImageData(image, 0, 0);
  const [left, right] = [toLeft(x0 - dx / 2), toLeft(x0 + (columns - 0.5) * dx)];
  const [first, last] = [toTop(y0 - dy / 2), toTop(y0 + (rows - 0.5) * dy)];
  pen.imageSmoothingEnabled = false;
  pen.globalAlpha = opacity;
  pen.translate(left, first);
  pen.scale((right - left) / columns, (last - first) / rows); // upwards too, as the axis goes
  pen.drawImage(canvas, 0, 0);
}
