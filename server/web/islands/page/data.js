// How islands get data from the page they are on: JSON blocks, the CSRF token, content that arrives later.

/** The JSON of `<script type="application/json" id=...>`; `otherwise` where the page has no such block. */
export function readJson(id, otherwise = null) {
  const block = id ? document.getElementById(id) : null;
  return block ? JSON.parse(block.textContent) : otherwise;
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? '';
}

/** Headers of every changing request that we send without htmx. */
export function changingHeaders(more = {}) {
  return { 'X-CSRFToken': csrfToken(), Accept: 'application/json', ...more };
}

const started = new WeakSet();

/** Calls `start(element)` once for each match, now and whenever htmx brings in new content. */
export function onEach(selector, start) {
  const startAll = () => {
    for (const element of document.querySelectorAll(selector)) {
      if (started.has(element)) continue;
      started.add(element);
      start(element);
    }
  };
  startAll();
  document.addEventListener('htmx:after:swap', startAll);
}

/** `HH:MM:SS` of now, in the browser's own zone: only used to say that something was saved just now. */
export function timeNow() {
  return new Date().toTimeString().slice(0, 8);
}

/** Runs `action` when `wait` ms have passed without another call. */
export function debounced(wait, action) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...given), wait);
  };
}
