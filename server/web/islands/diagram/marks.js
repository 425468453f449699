// What is painted on an open diagram: marks, badges, heat, links of call activities, problems.
import { drawing, element, icon } from '../page/elements.js';
import { say } from '../page/words.js';

const markNames = ['done', 'active', 'failed', 'taken', 'added', 'removed', 'changed'];

/** Marks elements and flows; ids that the drawing does not have (a model may leave shapes out) are passed over. */
export function mark({ canvas, registry }, ids, name) {
  for (const id of ids ?? []) if (registry.get(id)) canvas.addMarker(id, name);
}

/** A pill on the upper right corner of an element: { element, text, tone, title }. */
export function badge({ overlays, registry }, { element: id, text, tone = '', title = null }) {
  const shape = registry.get(id);
  if (!shape || shape.waypoints) return;
  const pill = element('span', { className: `badge-x ${tone}`.trim() }, text);
  if (title) pill.title = title;
  const isRound = shape.width < 60;
  overlays.add(id, 'badge', {
    position: { top: isRound ? -13 : -11, left: shape.width - (isRound ? 2 : 8) },
    html: element('div', { className: 'badge-place' }, pill),
    scale: { min: 0.75, max: 1 },
  });
}

/** Takes every mark and badge away, so that another moment can be shown. */
export function clear({ canvas, overlays, registry }) {
  overlays.remove({ type: 'badge' });
  for (const shape of registry.getAll()) for (const name of markNames) canvas.removeMarker(shape, name);
}

/** A state as the server gives it; see islands/README.md. */
export function paint(diagram, state) {
  for (const name of markNames) mark(diagram, state[name], name);
  for (const one of state.badges ?? []) badge(diagram, one);
  for (const id of state.failed ?? []) badgeUnless(diagram, state, id, { text: '!', tone: 'bad', title: say('Failed') });
  for (const id of state.done ?? []) badgeUnless(diagram, state, id, { text: '✓', tone: 'ok', title: say('Done') });
  if (state.heat) heat(diagram, state.heat);
  for (const link of state.links ?? []) callLink(diagram, link);
  for (const problem of state.problems ?? []) showProblem(diagram, problem);
}

function badgeUnless(diagram, { badges = [], quiet }, id, one) {
  if (quiet || badges.some((given) => given.element === id)) return;
  badge(diagram, { element: id, ...one });
}

/** Spots of the colour of fire behind the elements: { elementId: 0..1 }. An open sub-process gets none, or it would
 * colour everything in it; nor does what is drawn on another sheet, inside a closed one. */
export function heat({ canvas, registry }, values) {
  const layer = canvas.getLayer('heat', 1);
  layer.replaceChildren();
  layer.classList.add('heat');
  for (const [id, value] of Object.entries(values)) {
    const shape = registry.get(id);
    if (!shape || shape.waypoints || value <= 0) continue;
    if (canvas.hasMarker(shape, 'frame') || canvas.findRoot(shape) !== canvas.getRootElement()) continue;
    const reach = 6 + 10 * value;
    layer.append(drawing('rect', {
      class: 'heat-spot',
      x: shape.x - reach,
      y: shape.y - reach,
      width: shape.width + 2 * reach,
      height: shape.height + 2 * reach,
      rx: 14 + reach,
      'fill-opacity': (0.15 + 0.5 * value).toFixed(2),
    }));
  }
}

/** A link on a call activity to what it called: { element, href, text }. */
function callLink({ overlays, registry }, { element: id, href, text }) {
  const shape = registry.get(id);
  if (!shape) return;
  const link = element('a', { className: 'call-link', href, title: text }, icon('arrow-up-right'));
  link.setAttribute('aria-label', text);
  overlays.add(id, 'link', { position: { bottom: 30, right: 30 }, html: link, scale: { min: 0.75, max: 1 } });
}

/** A problem found at deploy: { element, level: "problem"|"missing"|"warning", text }. */
function showProblem(diagram, { element: id, level, text }) {
  const isWarning = level === 'warning';
  mark(diagram, [id], isWarning ? 'warned' : 'failed');
  badge(diagram, { element: id, text: '!', tone: isWarning ? 'warn' : 'bad', title: text });
}

/** Makes one element stand out and brings it into view; the others that stood out no longer do. */
export function choose(diagram, id) {
  const { canvas, registry } = diagram;
  for (const shape of registry.getAll()) canvas.removeMarker(shape, 'chosen');
  if (!registry.get(id)) return;
  canvas.addMarker(id, 'chosen');
  diagram.centreOn(id);
}
