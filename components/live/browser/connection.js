// What outlives the server's memory of a visitor, which ends two minutes after their browser was last heard of, and with the server.

const STATE = "data-test-connection-state"; // Streamlit's word, on its outermost element
const CONNECTED = "CONNECTED";

/** By path of a page, since the document was loaded: the channel of its figure, and the address and guide it showed last. */
export const known = new Map();

/** Calls `onLost` when Streamlit's connection breaks and `onFound` when there is one again, until `signal`. */
export function watch(onLost, onFound, signal) {
  let connected = true; // a script run has just arrived by it
  const observer = new MutationObserver(([{ target }]) => {
    if ((target.getAttribute(STATE) === CONNECTED) === connected) return;
    connected = !connected;
    if (connected) onFound();
    else onLost();
  });
  observer.observe(document.body, { subtree: true, attributeFilter: [STATE] });
  signal.addEventListener("abort", () => observer.disconnect());
}

/** Whether two addresses, or two guides, say the same. */
export const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);
