// @ts-check
// The one place that names the vendored view library; everything else imports from here.
import { h, render, Fragment, Component, createContext, createPortal } from "../vendor/preact.js";
import htm from "../vendor/htm.js";

export const html = htm.bind(h);
export { h, render, Fragment, Component, createContext, createPortal };
export {
  useState,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useCallback,
  useContext,
  useId,
  useReducer,
} from "../vendor/preact-hooks.js";
