// Short messages in the corner, with Undo: rendered by the server (flash), sent by HX-Trigger, or made by an island.
import htmx from 'htmx.org';
import { element, icon } from '../page/elements.js';
import { onEach } from '../page/data.js';
import { say } from '../page/words.js';

const readingTime = 8000;

const shelf = () => document.getElementById('toasts');

/** Shows `text`; `undo` is a URL that takes the action back by POST; a bad toast stays until it is closed. */
export function toast(text, { undo = null, tone = '' } = {}) {
  const shown = element('div', { className: `toast-x ${tone}`.trim() }, element('span', {}, text));
  shown.dataset.toast = '';
  if (undo) {
    const button = element('button', { type: 'button', className: 'btn btn-s' }, say('Undo'));
    button.setAttribute('hx-post', undo);
    button.setAttribute('hx-swap', 'none');
    shown.append(button);
  }
  shelf()?.append(shown);
  htmx.process(shown);
  arm(shown);
}

function arm(shown) {
  const close = element('button', { type: 'button', className: 'ibtn' }, icon('x', 'i-s'));
  close.setAttribute('aria-label', say('Close message'));
  close.addEventListener('click', () => shown.remove());
  shown.append(close);
  shown.querySelector('[hx-post]')?.addEventListener('htmx:after:request', () => shown.remove());
  if (!shown.classList.contains('bad')) closeLater(shown);
}

/** Nobody loses a message that is being read or has the focus. */
function closeLater(shown) {
  setTimeout(() => (shown.matches(':hover, :focus-within') ? closeLater(shown) : shown.remove()), readingTime);
}

onEach('[data-toast]', arm);
// HX-Trigger: {"toast": {"text": "Claimed PR-1047", "undo": "/user-tasks/1047/release"}}
document.addEventListener('toast', ({ detail }) => toast(detail.text ?? detail.value, detail));
