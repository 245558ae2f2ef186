// Draws what the player runs along: paths with a marker at their tip, and lines that turn.

import { drawSymbol } from "./painter.js";

const MARGIN = 40; // px beyond a panel up to which paths are drawn: what lies farther out is cut off there

/** The value between two steps. */
const between = (values, at) => {
  const whole = Math.floor(at);
  return at > whole ? values[whole] + (at - whole) * (values[whole + 1] - values[whole]) : values[whole];
};

/** The last step of a track up to `at` that still is a number. */
function reached(values, at) {
  let last = Math.min(at, values.length - 1);
  while (last > 0 && !Number.isFinite(between(values, last))) last = Math.ceil(last) - 1;
  return last;
}

/** The part of a segment inside a box, or null (Liang and Barsky 1984): a canvas cannot draw to 1e300. */
function clipped([x0, y0], [x1, y1], [left, top, width, height]) {
  let [enter, leave] = [0, 1];
  for (const [delta, room] of [[x0 - x1, x0 - left], [x1 - x0, left + width - x0], [y0 - y1, y0 - top], [y1 - y0, top + height - y0]]) {
    if (delta === 0 && room < 0) return null;
    if (delta < 0) enter = Math.max(enter, room / delta);
    if (delta > 0) leave = Math.min(leave, room / delta);
  }
  if (!(enter <= leave)) return null;
  const at = (share) => [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  return [at(enter), at(leave), enter === 0, leave === 1];
}

/** Lay a path through points into the pen, as far as they are inside the box. */
function lay(pen, points, box) {
  pen.beginPath();
  let joined = false; // whether the pen stands at the last point
  for (let index = 1; index < points.length; index += 1) {
    const part = clipped(points[index - 1], points[index], box);
    if (part) {
      const [start, end, whole, open] = part;
      if (!joined || !whole) pen.moveTo(...start);
      pen.lineTo(...end);
      joined = open;
    } else joined = false;
  }
}

/** All points of a track in pixels, up to the first that is no number. */
function pointsOf({ x, y, z }, place) {
  const points = [];
  for (let step = 0; step < y.length; step += 1) {
    const point = place(x ? x[step] : step, y[step], z?.[step]);
    if (!(Number.isFinite(point[0]) && Number.isFinite(point[1]))) break;
    points.push(point);
  }
  return points;
}

/** Where the tip of a path stands at step `at`. */
function standing(points, at) {
  const step = Math.min(at, points.length - 1);
  const [from, to] = [points[Math.floor(step)], points[Math.ceil(step)]];
  return [0, 1].map((side) => from[side] + (step - Math.floor(step)) * (to[side] - from[side]));
}

/** Draw every path up to step `at`, and faintly how it goes on; `halo` is the colour around lines and tips. */
export function drawTracks(pen, chart, tracks, at, halo) {
  const laid = tracks.map((track) => ({ ...track, size: chart.size.marks, points: pointsOf(track, chart.panels.placer(track.axes)), area: chart.panels.area(track.axes) }));
  for (const track of laid) within(pen, track.area, () => path(pen, track, at, halo));
  for (const track of laid) within(pen, track.area, () => tip(pen, track, at, halo));
}

/** Draw every line as it stands at step `at`. */
export function drawLines(pen, chart, lines, at) {
  for (const { slope, intercept, color, dash, axes } of lines) {
    const step = reached(slope, at);
    const place = chart.panels.placer(axes);
    const ends = chart.panels.ends(axes[0]).map((x) => place(x, between(intercept, step) + between(slope, step) * x));
    within(pen, chart.panels.area(axes), () => {
      lay(pen, ends, grown(chart.panels.area(axes)));
      stroke(pen, color, 2.5 * chart.size.marks, dash);
    });
  }
}

function path(pen, { points, color, dash, area, size }, at, halo) {
  if (!points.length) return;
  const box = grown(area);
  pen.globalAlpha = 0.35;
  lay(pen, points, box);
  stroke(pen, color, 1.5 * size, []);
  pen.globalAlpha = 1;
  lay(pen, [...points.slice(0, Math.floor(Math.min(at, points.length - 1)) + 1), standing(points, at)], box);
  stroke(pen, halo, 4.5 * size, []);
  stroke(pen, color, 2.5 * size, dash);
}

function tip(pen, { points, color, symbol, size }, at, halo) {
  if (!points.length) return;
  pen.translate(...standing(points, at));
  pen.beginPath();
  drawSymbol(pen, symbol, 6 * size);
  pen.fillStyle = color;
  stroke(pen, halo, 3 * size, []);
  pen.fill();
}

function stroke(pen, color, width, dash) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.setLineDash(dash);
  pen.stroke();
}

function within(pen, area, draw) {
  pen.save();
  pen.beginPath();
  pen.rect(...area);
  pen.clip();
  draw();
  pen.restore();
}

const grown = ([left, top, width, height]) => [left - MARGIN, top - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN];
