// The command palette (Ctrl K): asks /search?q=, shows the answer, moves through its links by the arrow keys.
import { debounced } from '../page/data.js';
import { say } from '../page/words.js';

const palette = document.getElementById('palette');
const field = palette?.querySelector('input');
const list = palette?.querySelector('[data-palette-list]');
let asked = 0;

function open() {
  palette.showModal();
  field.select();
  if (!list.childElementCount) search();
}

async function search() {
  const number = ++asked;
  const address = `${palette.dataset.url}?q=${encodeURIComponent(field.value)}`;
  let answer;
  try {
    answer = await fetch(address, { headers: { 'HX-Request': 'true', Accept: 'text/html' } });
  } catch {
    list.replaceChildren(say('The server does not answer.'));
    return;
  }
  const partial = await answer.text();
  // Answers may overtake each other; only the newest question counts.
  if (number !== asked) return;
  if (answer.ok) list.innerHTML = partial;
  else list.replaceChildren(say('The search did not work. Try again.'));
  prepare();
}

const links = () => [...list.querySelectorAll('a')];

/** The links become options of the list that the field controls, so that a screen reader hears the chosen one. */
function prepare() {
  links().forEach((link, index) => {
    link.id = `palette-${index}`;
    link.tabIndex = -1;
    link.setAttribute('role', 'option');
  });
  for (const part of list.querySelectorAll('h3, p, ul, li')) part.setAttribute('role', 'presentation');
  choose(0);
}

function choose(index) {
  const all = links();
  const chosen = all[(index + all.length) % all.length];
  for (const link of all) link.setAttribute('aria-selected', String(link === chosen));
  if (chosen) field.setAttribute('aria-activedescendant', chosen.id);
  else field.removeAttribute('aria-activedescendant');
  chosen?.scrollIntoView({ block: 'nearest' });
}

const chosenIndex = () => links().findIndex((link) => link.getAttribute('aria-selected') === 'true');

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(chosenIndex() + step);
  else if (event.key === 'Enter') links()[chosenIndex()]?.click();
  else return;
  event.preventDefault();
}

if (palette) {
  field.addEventListener('input', debounced(150, search));
  field.addEventListener('keydown', onKey);
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener('click', ({ target }) => target.closest('[data-palette]') && open());
}
