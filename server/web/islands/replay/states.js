// What a diagram and the variables looked like after the first N events: pure, so that any moment can be asked for.
import { say } from '../page/words.js';

/**
 * `events` are in order; each may have `element` and `change` (entered, completed, cancelled, failed, resolved),
 * `flow` (the sequence flow that was taken) and `variables` ({name: {value, by}}; a value of undefined is unknown).
 * Returns { done, active, failed, taken, badges, variables }.
 */
export function stateAfter(events, count) {
  const tokens = new Map();
  const marks = new Map();
  const taken = new Set();
  const variables = new Map();
  for (const event of events.slice(0, count)) {
    if (event.flow) taken.add(event.flow);
    if (event.element && event.change) apply(event, tokens, marks);
    for (const [name, change] of Object.entries(event.variables ?? {})) variables.set(name, change);
  }
  const having = (wanted) => [...marks].filter(([, name]) => name === wanted).map(([id]) => id);
  return {
    done: having('done'),
    active: having('active'),
    failed: having('failed'),
    taken: [...taken],
    badges: having('active').map((id) => ({ element: id, text: String(tokens.get(id)), title: say('Tokens here') })),
    variables,
  };
}

function apply({ element, change }, tokens, marks) {
  const before = tokens.get(element) ?? 0;
  if (change === 'entered') tokens.set(element, before + 1);
  if (change === 'completed' || change === 'cancelled') tokens.set(element, Math.max(before - 1, 0));
  if (change === 'failed') marks.set(element, 'failed');
  else if (tokens.get(element) > 0) marks.set(element, 'active');
  else if (change === 'completed') marks.set(element, 'done');
  else if (change === 'cancelled') marks.delete(element);
}
