// A token that travels along a sequence flow: one circle, moved by animation frames, none where motion is unwanted.
import { drawing } from '../page/elements.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** Points at equal time steps along a polyline: the place after `share` (0..1) of its length. */
export function placeOn(waypoints, share) {
  const lengths = waypoints.slice(1).map((to, index) => Math.hypot(to.x - waypoints[index].x, to.y - waypoints[index].y));
  let left = share * lengths.reduce((sum, length) => sum + length, 0);
  for (const [index, length] of lengths.entries()) {
    if (left <= length || index === lengths.length - 1) {
      const part = length ? Math.min(left / length, 1) : 0;
      const from = waypoints[index];
      const to = waypoints[index + 1];
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
    }
    left -= length;
  }
  return waypoints[0];
}

/** Sends a token along the flow `id` within `duration` ms. */
export function travel({ canvas, registry }, id, duration = 450) {
  const flow = registry.get(id);
  if (!flow?.waypoints || calm.matches) return;
  const token = drawing('circle', { class: 'token', r: 8 });
  canvas.getLayer('tokens', 5).append(token);
  const begun = performance.now();
  const step = (now) => {
    const share = Math.min((now - begun) / duration, 1);
    const { x, y } = placeOn(flow.waypoints, share);
    token.setAttribute('cx', x);
    token.setAttribute('cy', y);
    if (share < 1) requestAnimationFrame(step);
    else token.remove();
  };
  requestAnimationFrame(step);
}
