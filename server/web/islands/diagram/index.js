// Diagrams on a page: every element with data-bpmn is drawn and painted with the state that its JSON block gives.
import { onEach, readJson } from '../page/data.js';
import { openDiagram } from './canvas.js';
import { choose, paint } from './marks.js';

const opened = [];

async function start(frame) {
  let diagram;
  try {
    diagram = await openDiagram(frame);
  } catch {
    return;
  }
  const state = readJson(frame.dataset.stateId, {});
  paint(diagram, state);
  // What the person has to look at is in view, also where the diagram is wider than the window.
  diagram.whenFitted = () => {
    const focus = state.focus ?? state.active?.[0] ?? state.failed?.[0];
    if (focus && frame.matches('.more-start, .more-end, .more-high')) diagram.centreOn(focus);
  };
  diagram.whenFitted();
  opened.push(diagram);
  frame.dataset.ready = '';
}

// The replay and the difference open their diagrams themselves.
onEach('.dg[data-bpmn]:not([data-replay] .dg, [data-difference] .dg)', start);

// A row or link with data-element shows that element on the diagrams of the page.
document.addEventListener('click', (event) => {
  const chooser = event.target.closest('[data-element]');
  if (!chooser || chooser.closest('[data-difference]')) return;
  for (const diagram of opened) choose(diagram, chooser.dataset.element);
  opened[0]?.frame.scrollIntoView({ block: 'nearest' });
});
