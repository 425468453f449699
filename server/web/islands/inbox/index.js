// The inbox by keyboard: j k move, Enter opens, x selects, c claims; a preview of the current row; the bulk bar.
import htmx from 'htmx.org';
import { isTyping } from '../app/keyboard.js';
import { debounced } from '../page/data.js';
import { say } from '../page/words.js';

const inbox = document.querySelector('[data-inbox]');
const preview = document.getElementById('preview');
const bar = document.querySelector('[data-bulk]');
const selected = new Set();
let currentId = null;

const rows = () => [...inbox.querySelectorAll('.lr')];
const rowOf = (id) => rows().find((row) => row.dataset.id === id);
const boxOf = (row) => row.querySelector('input[type=checkbox]');

const showPreview = debounced(120, (row) => {
  const isShown = preview?.checkVisibility?.() ?? preview?.offsetParent;
  if (isShown && row.dataset.preview) htmx.ajax('GET', row.dataset.preview, { target: preview, swap: 'innerHTML' });
});

function makeCurrent(row, { withFocus = true } = {}) {
  for (const other of rows()) other.removeAttribute('aria-current');
  row.setAttribute('aria-current', 'true');
  if (withFocus) row.querySelector('a.t').focus();
  row.scrollIntoView({ block: 'nearest' });
  if (currentId !== row.dataset.id) showPreview(row);
  currentId = row.dataset.id;
}

function move(step) {
  const all = rows();
  const at = all.findIndex((row) => row.dataset.id === currentId);
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (next) makeCurrent(next);
}

function toggle(row) {
  const box = boxOf(row);
  if (box) box.click();
}

/** The claim button stands in the row, or, where there is no room for it, in the preview. */
function claim(row) {
  (row.querySelector('[data-claim]') ?? preview?.querySelector('[data-claim]'))?.click();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: (row) => row && toggle(row),
  c: (row) => row && claim(row),
  Enter: (row) => row?.querySelector('a.t').click(),
  '/': () => document.querySelector('[data-list-search]')?.focus(),
};

function onKey(event) {
  const action = keys[event.key];
  if (!action || isTyping(event)) return;
  // Enter on a button or link does what that button or link says.
  if (event.key === 'Enter' && event.target.closest('a, button, input')) return;
  event.preventDefault();
  action(rowOf(currentId));
}

function updateBar() {
  if (!bar) return;
  bar.hidden = selected.size === 0;
  bar.querySelector('[data-bulk-count]').textContent = say('%(number)s selected', { number: selected.size });
}

function onSelect({ target }) {
  const row = target.closest('.lr');
  if (!row || target.type !== 'checkbox') return;
  if (target.checked) selected.add(row.dataset.id);
  else selected.delete(row.dataset.id);
  updateBar();
}

function clearSelection() {
  selected.clear();
  for (const row of rows()) if (boxOf(row)) boxOf(row).checked = false;
  updateBar();
}

/** After a poll the rows are new: what was current and selected stays so, what is gone is forgotten. */
function restore() {
  for (const id of [...selected]) if (!rowOf(id)) selected.delete(id);
  for (const row of rows()) if (boxOf(row)) boxOf(row).checked = selected.has(row.dataset.id);
  const current = rowOf(currentId) ?? rows()[0];
  if (current) makeCurrent(current, { withFocus: false });
  updateBar();
}

if (inbox) {
  document.addEventListener('keydown', onKey);
  inbox.addEventListener('change', onSelect);
  inbox.addEventListener('focusin', ({ target }) => {
    const row = target.closest('.lr');
    if (row) makeCurrent(row, { withFocus: false });
  });
  bar?.querySelector('[data-bulk-clear]')?.addEventListener('click', clearSelection);
  document.addEventListener('htmx:after:swap', restore);
  restore();
}
