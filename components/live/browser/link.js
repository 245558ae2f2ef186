// Carries the user's input to Python: one request in flight, the last value never lost.

const TIME_OUT = 10_000; // ms after which an answer counts as lost
const REST = 300; // ms without input after which the gesture counts as over

export class Link {
  /**
   * `send({seq, values}, settled)` hands a message to Python, which echoes `seq` with its answer; `settled` says
   * that the hand rests. `held()` says whether the hand still has something, so that a pause is no rest.
   */
  constructor(send, held) {
    this.send = send;
    this.held = held;
    this.seq = Date.now();
    this.waiting = {};
    this.said = []; // names of what was reported since the last picture at rest
  }

  /** Whether Python has yet to answer something the user did. */
  get busy() {
    return this.inFlight !== undefined || Object.keys(this.waiting).length > 0;
  }

  /** Whether all that was reported has been answered, and the end of the gesture too. */
  get settled() {
    return !this.busy && this.rest === undefined;
  }

  /** Number on from the last message that Python has heard of this figure, as after a reload of its page. */
  startAfter(seq) {
    this.seq = Math.max(this.seq, seq);
  }

  /** Report new values by name; several before the next request are merged, the latest wins. */
  input(values) {
    Object.assign(this.waiting, values);
    this.said.push(...Object.keys(values));
    this.#rest();
    if (this.inFlight === undefined) this.#flush();
  }

  /** Report what is no gesture, and ends one that is under way: it goes by a script run. */
  say(values) {
    Object.assign(this.waiting, values);
    clearTimeout(this.rest);
    this.rest = undefined;
    this.#settle();
  }

  /** An answer to request `seq` has arrived. */
  answer(seq) {
    if (this.inFlight !== undefined && seq >= this.inFlight) this.#release();
  }

  /** Stop sending: the figure has left the page. */
  close() {
    clearTimeout(this.rest);
    clearTimeout(this.timer);
  }

  #rest() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.rest = undefined;
      if (this.held()) this.#rest();
      else this.#settle();
    }, REST);
  }

  #flush(settled = false) {
    this.inFlight = ++this.seq;
    this.timer = setTimeout(() => this.#release(), TIME_OUT);
    const values = this.waiting;
    this.waiting = {};
    this.send({ seq: this.seq, values }, settled);
  }

  #release() {
    clearTimeout(this.timer);
    this.inFlight = undefined;
    if (this.settling) this.#settle();
    else if (Object.keys(this.waiting).length > 0) this.#flush();
  }

  #settle() {
    this.settling = this.inFlight !== undefined;
    if (!this.settling) this.#flush(true);
  }
}
