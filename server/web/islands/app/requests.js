// htmx, with the CSRF token on what changes something, and a clear word when the server does not answer.
import htmx from 'htmx.org';
import { csrfToken } from '../page/data.js';
import { toast } from './toasts.js';
import { say } from '../page/words.js';

const safe = new Set(['GET', 'HEAD']);

document.addEventListener('htmx:config:request', ({ detail }) => {
  const { request } = detail.ctx;
  if (!safe.has(request.method)) request.headers['X-CSRFToken'] = csrfToken();
});

// A poll that fails says nothing: the page is as true as it was a moment ago.
const isPoll = (ctx) => ctx.sourceElement?.getAttribute('hx-trigger')?.includes('every');

document.addEventListener('htmx:error', ({ detail }) => {
  if (detail.ctx && !isPoll(detail.ctx)) toast(say('The server does not answer. Nothing was changed; try again.'), { tone: 'bad' });
});

// A whole page belongs in no partial: its message is told as a toast and the page stays as it is. A partial with a
// status of 400 or more says itself what is wrong, so it is shown where the answer would have gone.
document.addEventListener('htmx:after:request', (event) => {
  const { ctx } = event.detail;
  const { raw, status } = ctx.response;
  const isPage = /^\s*<!doctype/i.test(ctx.text);
  if (status === 401 || (raw.redirected && isPage)) {
    event.preventDefault();
    // Whoever fills in a form is told when they send it, and nothing of it is lost.
    if (!isPoll(ctx) || !document.querySelector('[data-form]:not([data-readonly])')) signInAgain(raw);
  } else if (status >= 400 && (isPage || !raw.headers.get('content-type')?.includes('html'))) {
    event.preventDefault();
    if (!isPoll(ctx)) toast(messageIn(ctx.text, isPage) ?? say('The server could not do that (%(status)s).', { status }), { tone: 'bad' });
  }
});

/** An expired session answers 401 or leads to the sign-in page; afterwards the person is back here. */
function signInAgain(raw) {
  const here = encodeURIComponent(location.pathname + location.search);
  location.assign(raw.redirected ? raw.url : `/sign-in?next=${here}`);
}

/** The sentence of an error page (error.html marks it) or of a JSON answer {"message": ...}. */
function messageIn(text, isPage) {
  if (isPage) {
    const page = new DOMParser().parseFromString(text, 'text/html');
    return page.querySelector('[data-error-message]')?.textContent.trim();
  }
  try {
    return JSON.parse(text).message;
  } catch {
    return undefined;
  }
}
