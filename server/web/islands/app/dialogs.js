// Native dialogs: opened by data-dialog, and one dialog that asks before something is done (data-confirm, hx-confirm).
import { say } from '../page/words.js';

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-dialog]');
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  // A click on the dialog itself, not on what is in it, is a click on the shade around it.
  if (event.target.matches?.('dialog.dlg[open]') && isOutside(event)) event.target.close();
});

function isOutside({ target, clientX, clientY }) {
  const { left, right, top, bottom } = target.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** Asks `question`; resolves to true when the person says yes. `verb` is what the button says. */
export function ask(question, verb = say('Go on')) {
  const dialog = document.getElementById('confirm');
  dialog.querySelector('[data-question]').textContent = question;
  const yes = dialog.querySelector('[value=yes]');
  yes.textContent = verb;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

document.addEventListener('htmx:confirm', async (event) => {
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  const agreed = await ask(ctx.confirm, ctx.sourceElement.dataset.confirmVerb);
  if (agreed) issueRequest();
  else dropRequest();
});

const agreedTo = new WeakSet();

document.addEventListener('submit', async (event) => {
  const form = event.target;
  const asking = event.submitter?.closest('[data-confirm]') ?? form.closest('[data-confirm]');
  if (!asking || agreedTo.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (await ask(asking.dataset.confirm, asking.dataset.confirmVerb ?? submitter?.textContent.trim())) {
    agreedTo.add(form);
    form.requestSubmit(submitter);
  }
}, true);
