// One BPMN diagram in one element: opened, fitted, moved, zoomed. What is painted on it is in marks.js.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { element, icon } from '../page/elements.js';
import { say } from '../page/words.js';

const margin = 22;
// Below this the labels cannot be read, so a wide diagram runs out of the frame rather than getting smaller.
const smallest = 0.62;
const largest = 1.15;

const font = '"Inter Variable", system-ui, sans-serif';

const colours = {
  defaultFillColor: 'var(--d-fill)',
  defaultStrokeColor: 'var(--d-line)',
  defaultLabelColor: 'var(--d-text)',
};

/**
 * Draws the model at `frame.dataset.bpmn` and resolves to the open diagram:
 * { frame, canvas, overlays, registry, fit, centreOn }. Rejects with an Error whose message can be shown.
 */
export async function openDiagram(frame) {
  const waiting = element('span', { className: 'wait' }, say('Drawing the diagram'));
  frame.append(waiting);
  try {
    const diagram = await draw(frame);
    return diagram;
  } catch (problem) {
    tellInstead(frame, problem);
    throw problem;
  } finally {
    waiting.remove();
  }
}

async function draw(frame) {
  const answer = await fetch(frame.dataset.bpmn, { headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(say('the server answered %(status)s', { status: answer.status }));
  const viewer = new NavigatedViewer({
    container: frame,
    bpmnRenderer: colours,
    // The wheel belongs to the page; with Ctrl it zooms (see movable).
    zoomScroll: { enabled: false },
    textRenderer: { defaultStyle: { fontFamily: font }, externalStyle: { fontFamily: font } },
  });
  // Labels are laid out by measuring them, so the font has to be there first.
  await document.fonts.load(`12px ${font}`);
  await viewer.importXML(await answer.text());
  const diagram = {
    frame,
    canvas: viewer.get('canvas'),
    overlays: viewer.get('overlays'),
    registry: viewer.get('elementRegistry'),
    zoomer: viewer.get('zoomScroll'),
    events: viewer.get('eventBus'),
  };
  diagram.fit = () => fit(diagram);
  diagram.centreOn = (id) => centreOn(diagram, id);
  name(diagram);
  frameMarks(diagram);
  arrowMarks(diagram);
  movable(diagram);
  return diagram;
}

/** The table beside the diagram says the same, so a diagram that cannot be drawn costs one sentence. */
function tellInstead(frame, problem) {
  frame.classList.add('mini');
  frame.replaceChildren(element('p', { className: 'wait' }, say('The diagram cannot be drawn: %(why)s.', { why: problem.message })));
}

function name({ frame }) {
  const label = frame.dataset.label ?? say('Process diagram');
  const svg = frame.querySelector('.djs-container > svg') ?? frame.querySelector('svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  // The frame takes the focus instead, since it also listens to the arrow keys.
  svg.removeAttribute('tabindex');
  frame.tabIndex = 0;
  frame.setAttribute('role', 'group');
  frame.setAttribute('aria-label', `${label}. ${say('Arrow keys move it, plus and minus zoom.')}`);
}

/** Pools, lanes and open sub-processes are grounds for others and are not filled when they are marked. */
function frameMarks({ registry, canvas }) {
  for (const shape of registry.filter((one) => one.type === 'bpmn:Participant' || one.type === 'bpmn:Lane'
    || (one.type === 'bpmn:SubProcess' && !one.collapsed))) canvas.addMarker(shape, 'frame');
}

/** Arrow heads are shared between flows; this class lets each take the colour of the flow it ends. */
function arrowMarks({ frame }) {
  for (const path of frame.querySelectorAll('.djs-connection [marker-end], .djs-connection path')) {
    const id = /#([^"')]+)/.exec(path.getAttribute('marker-end') ?? path.style.markerEnd)?.[1];
    if (id) frame.querySelector(`#${CSS.escape(id)}`)?.classList.add('arrow');
  }
}

function fit({ canvas, frame }) {
  const { inner } = canvas.viewbox();
  const { clientWidth: width, clientHeight: height } = frame;
  if (!width || !height || !inner.width) return;
  const whole = Math.min((width - 2 * margin) / inner.width, (height - 2 * margin) / inner.height);
  const scale = Math.min(Math.max(whole, smallest), largest);
  look(canvas, inner, { width: width / scale, height: height / scale, scale });
}

/** Shows the part around (x, y), or the start of the drawing; never more empty ground than the margin. */
function look(canvas, inner, { width, height, scale }, { x = inner.x, y = inner.y } = {}) {
  const edge = margin / scale;
  const from = (wanted, start, length, has) => (length + 2 * edge <= has + 1
    ? start - (has - length) / 2
    : Math.min(Math.max(wanted - has / 2, start - edge), start + length + edge - has));
  canvas.viewbox({
    width,
    height,
    x: from(x, inner.x, inner.width, width),
    y: from(y, inner.y, inner.height, height),
  });
}

function centreOn({ canvas, registry }, id) {
  const shape = registry.get(id);
  if (!shape) return;
  const view = canvas.viewbox();
  const middle = shape.waypoints
    ? shape.waypoints[Math.floor(shape.waypoints.length / 2)]
    : { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 };
  look(canvas, view.inner, view, middle);
}

const panBy = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };

function movable(diagram) {
  const { frame, canvas, zoomer, events } = diagram;
  let untouched = true;
  const byHand = (action) => {
    untouched = false;
    frame.classList.add('moved');
    action();
  };
  const zoom = (step, at) => byHand(() => zoomer.stepZoom(step, at));
  const refit = () => {
    untouched = true;
    frame.classList.remove('moved');
    fit(diagram);
    diagram.whenFitted?.();
  };
  addTools(frame, zoom, refit);
  addEdges(frame);
  frame.addEventListener('keydown', (event) => {
    if (event.target !== frame) return;
    const pan = panBy[event.key];
    if (pan) byHand(() => canvas.scroll({ dx: pan[0], dy: pan[1] }));
    else if (event.key === '+' || event.key === '-') zoom(event.key === '+' ? 1 : -1);
    else if (event.key === '0') refit();
    else return;
    event.preventDefault();
  });
  frame.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1 : -1, { x: event.clientX - box.left, y: event.clientY - box.top });
  }, { passive: false });
  followFinger(frame, (dx) => byHand(() => canvas.scroll({ dx, dy: 0 })));
  frame.addEventListener('mousedown', () => frame.classList.add('moved'));
  events.on('canvas.viewbox.changed', () => showEdges(diagram));
  new ResizeObserver(() => untouched && refit()).observe(frame);
}

/** bpmn-js drags with the mouse only; a finger moves the drawing sideways and the page up and down. */
function followFinger(frame, move) {
  let last = null;
  frame.addEventListener('pointerdown', (event) => { if (event.pointerType === 'touch') last = event.clientX; });
  frame.addEventListener('pointermove', (event) => {
    if (last === null) return;
    move(event.clientX - last);
    last = event.clientX;
  });
  for (const end of ['pointerup', 'pointercancel']) frame.addEventListener(end, () => { last = null; });
}

function addTools(frame, zoom, refit) {
  const tool = (name, label, action) => {
    const button = element('button', { type: 'button', className: 'ibtn', title: label }, icon(name));
    button.setAttribute('aria-label', label);
    button.addEventListener('click', action);
    return button;
  };
  const tools = element('div', { className: 'dg-tools' });
  if (!frame.classList.contains('mini')) {
    tools.append(
      tool('zoom-in', say('Zoom in'), () => zoom(1)),
      tool('zoom-out', say('Zoom out'), () => zoom(-1)),
      tool('arrows-maximize', say('Show the whole diagram'), refit),
    );
  }
  frame.append(tools);
}

function addEdges(frame) {
  for (const side of ['start', 'end']) frame.append(element('span', { className: `edge ${side}` }));
  frame.append(element('span', { className: 'cue' }, say('Drag sideways to see the rest')));
}

function showEdges({ frame, canvas }) {
  const { inner, x, y, width, height } = canvas.viewbox();
  frame.classList.toggle('more-start', inner.x < x - 2);
  frame.classList.toggle('more-end', inner.x + inner.width > x + width + 2);
  frame.classList.toggle('more-high', inner.y < y - 2 || inner.y + inner.height > y + height + 2);
}
