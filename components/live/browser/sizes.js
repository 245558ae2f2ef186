// How large marks and text are: as in print, or as a room needs them.

const READABLE = 24; // px that the smallest text needs

/** `marks`: how many times as large as in print; `text`: that of the chart, in that of the page. */
export const USUAL = { marks: 1, text: 0.85 };
export const FOR_A_ROOM = { marks: 1.6, text: 1 };

/** A figure with its lines, markers and margins `scale` times as large. */
export function enlarged(figure, scale) {
  if (scale === 1) return figure;
  const times = (size) => (typeof size === "number" ? scale * size : size && Array.from(size, times));
  const grown = (part, name, usual) => part && { ...part, [name]: times(part[name] ?? usual) };
  const data = figure.data.map((trace) => ({
    ...trace,
    ...(trace.colorbar && { colorbar: withFonts(trace.colorbar, scale) }),
    ...(trace.line && { line: grown(trace.line, "width", 2) }),
    ...(trace.marker && trace.type !== "bar" && { marker: { ...grown(trace.marker, "size", 6), ...(trace.marker.line && { line: grown(trace.marker.line, "width", 0) }) } }),
  }));
  const layout = withFonts(figure.layout, scale);
  const margin = Object.fromEntries(Object.entries(figure.layout.margin).map(([side, room]) => [side, scale * room]));
  return { ...figure, data, layout: { ...layout, margin } };
}

/** The same with every font that has a size of its own `scale` times as large, and no smaller than a room can read. */
function withFonts(part, scale) {
  if (part === null || typeof part !== "object" || Array.isArray(part) || ArrayBuffer.isView(part)) return part;
  const entries = Object.entries(part).map(([name, value]) => [name, /font$/.test(name) && value.size ? { ...value, size: Math.max(READABLE, scale * value.size) } : withFonts(value, scale)]);
  return Object.fromEntries(entries);
}
