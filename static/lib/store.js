// @ts-check
import { useEffect, useState } from "./html.js";

/**
 * A value that changes only through a pure reducer.
 * @template S, A
 */
export class Store {
  /**
   * @param {(state: S, action: A) => S} reduce
   * @param {S} initial
   */
  constructor(reduce, initial) {
    this.reduce = reduce;
    this.state = initial;
    /** @type {Set<(state: S, before: S, action: A) => void>} */
    this.listeners = new Set();
  }

  /** @param {A} action */
  dispatch(action) {
    const before = this.state;
    this.state = this.reduce(before, action);
    if (this.state === before) return;
    for (const listener of [...this.listeners]) listener(this.state, before, action);
  }

  /**
   * @param {(state: S, before: S, action: A) => void} listener
   * @returns {() => void} ends the subscription
   */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/**
 * A part of a store's state; the component renders again when the part is another value.
 * @template S, T
 * @param {Store<S, any>} store
 * @param {(state: S) => T} select
 * @returns {T}
 */
export function useStore(store, select) {
  const value = select(store.state);
  const [, redraw] = useState({});
  useEffect(() => {
    let last = select(store.state);
    if (last !== value) redraw({});
    return store.subscribe((state) => {
      const next = select(state);
      if (next === last) return;
      last = next;
      redraw({});
    });
  }, [store, select]);
  return value;
}
