// The draft of a form: saved on the server as it is typed, and in this browser when the server cannot take it.
import { changingHeaders, debounced, timeNow } from '../page/data.js';
import { say } from '../page/words.js';

export class Draft {
  /** `url` may be missing (a form without drafts); `status` is the element that says what was saved. */
  constructor(url, status) {
    this.url = url;
    // By person, so that the next one to sign in at this screen does not read it.
    this.key = `procession-draft:${document.body.dataset.person}:${url || location.pathname}`;
    this.status = status;
    this.unsaved = null;
    this.isOver = false;
    this.saveLater = debounced(600, () => this.unsaved && this.save(this.unsaved));
  }

  /** What an earlier visit could not hand to the server, or null. */
  keptHere() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  saveSoon(values) {
    if (!this.url || this.isOver) return;
    this.unsaved = values;
    this.saveLater();
  }

  async save(values) {
    if (!this.url || this.isOver) return;
    this.unsaved = null;
    let answer;
    try {
      answer = await this.post(values);
    } catch {
      this.keep(values, say('The server does not answer. Kept in this browser.'));
      return;
    }
    if (this.isOver) return;
    if (answer.ok && !answer.redirected) {
      this.forget();
      this.tell(say('Draft saved %(time)s', { time: timeNow() }));
    } else {
      this.keep(values, isSignedOut(answer) ? say('Signed out. Kept in this browser until you sign in again.') : say('Not saved on the server. Kept in this browser.'));
    }
  }

  post(values, more = {}) {
    const headers = changingHeaders({ 'Content-Type': 'application/json' });
    return fetch(this.url, { method: 'POST', headers, body: JSON.stringify({ values }), ...more });
  }

  /** The page goes away within the debounce: `keepalive` lets the request outlive it. */
  saveOnLeaving() {
    if (this.unsaved && !this.isOver) this.post(this.unsaved, { keepalive: true }).catch(() => {});
  }

  keep(values, sentence) {
    sessionStorage.setItem(this.key, JSON.stringify(values));
    this.tell(sentence);
  }

  forget() {
    sessionStorage.removeItem(this.key);
  }

  /** The form was submitted: nothing that is still on its way may bring the draft back. */
  end() {
    this.isOver = true;
    this.unsaved = null;
    this.forget();
  }

  tell(sentence) {
    if (this.status) this.status.textContent = sentence;
  }
}

/** Flask answers an expired session by 401 or 403, or by leading to the sign-in page. */
export function isSignedOut(answer) {
  return answer.status === 401 || answer.status === 403 || answer.redirected;
}
