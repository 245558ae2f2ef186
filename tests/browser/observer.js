// Put at the end of live_figure.js by test_messages: notes which fields of a picture our code reads, and what it sends.
// Expects `watched` in the page, with `opaque` (fields that are not gone into) and `trace` (of which those in `ours` alone are).

const proxies = new WeakMap();
const encoded = new WeakMap(); // figures and paths that are still to be decoded, with their field

/** The same value, whose fields are noted when they are read. */
function observed(value, path) {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value) || watched.opaque.includes(path)) return value;
  if (!proxies.has(value)) proxies.set(value, new Proxy(value, { get: (target, name) => read(target, name, path) }));
  return proxies.get(value);
}

function read(target, name, path) {
  const value = target[name];
  if (typeof name === "symbol" || name in Object.prototype || name === "then" || name === "toJSON") return value;
  if (Array.isArray(target)) return /^\d+$/.test(name) ? observed(value, path) : value;
  if (path === watched.trace && !watched.ours.includes(name)) return value;
  const field = path ? `${path}.${name}` : name;
  watched.read.add(field);
  if ((field === "figure" || field === "player") && value) {
    encoded.set(value, field);
    return value;
  }
  return observed(value, field);
}

const { decode } = Arrays.prototype;
Arrays.prototype.decode = function (value) {
  const decoded = decode.call(this, value);
  return encoded.has(value ?? {}) ? observed(decoded, encoded.get(value)) : decoded;
};

const { json } = Response.prototype;
Response.prototype.json = async function () {
  const answer = await json.call(this);
  return this.url.includes("/live/") ? observed(answer, "") : answer;
};

const ask = window.fetch;
window.fetch = (url, options) => {
  if (String(url).includes("/live/")) watched.sent.push(["channel", JSON.parse(options.body)]);
  return ask(url, options);
};

export function show({ data, parentElement, setStateValue }) {
  const send = (name, message) => {
    watched.sent.push([name, message]);
    setStateValue(name, message);
  };
  const picture = JSON.parse(new TextDecoder().decode(data));
  return shown({ data: observed(picture, ""), parentElement, setStateValue: send });
}
