// Two versions of a process side by side: what was added, removed or changed is marked on both, and they move together.
import { openDiagram } from '../diagram/canvas.js';
import { choose, paint } from '../diagram/marks.js';
import { onEach, readJson } from '../page/data.js';
import { say } from '../page/words.js';

const signs = {
  added: { text: '+', tone: 'ok', title: say('Added') },
  removed: { text: '−', tone: 'bad', title: say('Removed') },
  changed: { text: '≠', tone: 'warn', title: say('Changed') },
};

/** Only what exists on a side can be marked there; colour is never alone, so each mark has its sign. */
function stateOf(difference, kinds) {
  const state = { badges: [] };
  for (const kind of kinds) {
    const ids = (difference[kind] ?? []).map((one) => one.element ?? one);
    state[kind] = ids;
    state.badges.push(...ids.map((id) => ({ element: id, ...signs[kind] })));
  }
  return state;
}

function moveTogether(one, other) {
  let following = false;
  const follow = (leader, follower) => leader.events.on('canvas.viewbox.changed', () => {
    if (following) return;
    following = true;
    const { x, y, width, height } = leader.canvas.viewbox();
    follower.canvas.viewbox({ x, y, width, height });
    following = false;
  });
  follow(one, other);
  follow(other, one);
}

function showSides(root, wanted) {
  root.querySelector('.compare').classList.toggle('one', wanted !== 'both');
  for (const side of root.querySelectorAll('[data-side]')) {
    side.hidden = wanted !== 'both' && side.dataset.side !== wanted;
  }
  for (const button of root.querySelectorAll('[data-show]')) {
    button.setAttribute('aria-pressed', String(button.dataset.show === wanted));
  }
}

async function start(root) {
  const difference = readJson(root.dataset.stateId, {});
  const frame = (side) => root.querySelector(`[data-side=${side}] .dg`);
  const diagrams = await Promise.all([openDiagram(frame('before')), openDiagram(frame('after'))]).catch(() => null);
  if (!diagrams) return;
  const [before, after] = diagrams;
  paint(before, stateOf(difference, ['removed', 'changed']));
  paint(after, stateOf(difference, ['added', 'changed']));
  for (const diagram of diagrams) diagram.fit();
  moveTogether(before, after);
  root.addEventListener('click', ({ target }) => {
    const show = target.closest('[data-show]');
    if (show) showSides(root, show.dataset.show);
    const chooser = target.closest('[data-element]');
    if (chooser) for (const diagram of diagrams) choose(diagram, chooser.dataset.element);
  });
  root.dataset.ready = '';
}

onEach('[data-difference]', start);
