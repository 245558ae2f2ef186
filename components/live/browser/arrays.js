// Arrays on their way from Python: as base64, and large ones only until the browser has them.

const KINDS = { f4: Float32Array, f8: Float64Array, i1: Int8Array };
const GENERATIONS = 3; // messages for which an array is kept after it was last used
const TOLD = 1; // and for which Python is told of it: until the answer has come, two more messages may come, and age it

export class Arrays {
  constructor() {
    this.kept = new Map(); // ref -> [array, the message that last used it]
    this.message = 0;
  }

  /** References of the arrays that need not be sent again. */
  get refs() {
    return [...this.kept].filter(([, [, used]]) => this.message - used <= TOLD).map(([ref]) => ref);
  }

  /** Begin a message: forget what has long not been used. */
  next() {
    this.message += 1;
    for (const [ref, [, used]] of this.kept) if (this.message - used > GENERATIONS) this.kept.delete(ref);
  }

  /** Turn `{dtype, bdata, shape, ref}` anywhere in a value into a typed array, or its rows. */
  decode(value) {
    if (Array.isArray(value)) return value.map((item) => this.decode(item));
    if (value === null || typeof value !== "object") return value;
    if (value.bdata === undefined && value.ref === undefined) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.decode(item)]));
    }
    const array = value.bdata === undefined ? this.kept.get(value.ref)[0] : read(value);
    if (value.ref !== undefined) this.kept.set(value.ref, [array, this.message]);
    return array;
  }
}

function read({ dtype, bdata, shape }) {
  const bytes = Uint8Array.from(atob(bdata), (character) => character.charCodeAt(0));
  const numbers = new KINDS[dtype](bytes.buffer);
  if (!shape) return numbers;
  return Array.from({ length: shape[0] }, (_, row) => numbers.subarray(row * shape[1], (row + 1) * shape[1]));
}
