// Handing a form in: check, upload its files, send it, and say what came of it where the person is looking.
import { changingHeaders } from '../page/data.js';
import { element, note } from '../page/elements.js';
import { isSignedOut } from './draft.js';
import { chosenFiles, pick, showProblems } from './fields.js';
import { say, sayMany } from '../page/words.js';

/** A file that went up once is not sent again when another field has to be mended. */
const uploaded = new WeakMap();

class UploadProblem extends Error {}

/** `context` is { root, parts, form, draft, names }. */
export async function submit(context, { opensNext }) {
  const { parts, form, draft, names } = context;
  const { data, errors, files } = form.submit();
  // A day without its time is no value for form-js: it would be lost without a word.
  const wrong = Object.keys(errors).length || parts.fields.querySelectorAll('.fjs-form-field-datetime.fjs-has-errors').length;
  if (wrong) {
    tell(parts, note('bad', 'alert-circle', sayMany('One field needs you.', '%(number)s fields need you.', wrong), ` ${say('Each says what to write.')}`));
    focusFirstError(parts);
    return;
  }
  try {
    draft.tell(say('Sending'));
    const references = await uploadAll(context, chosenFiles(data, files));
    const body = { values: pick(data, names), files: references, next: opensNext };
    await react(context, await post(context.root.dataset.submitUrl, body), body.values);
  } catch (problem) {
    keepAndTell(context, pick(data, names), problem);
  }
}

function post(url, body) {
  const headers = changingHeaders({ 'Content-Type': 'application/json' });
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Resolves to { "path.of.field": [id of an upload] }. */
async function uploadAll({ root, draft }, chosen) {
  const references = {};
  for (const { path, files } of chosen) {
    references[path] = [];
    for (const file of files) {
      if (!uploaded.has(file)) {
        draft.tell(say('Sending %(name)s', { name: file.name }));
        uploaded.set(file, await upload(root.dataset.uploadUrl, file, path));
      }
      references[path].push(uploaded.get(file));
    }
  }
  return references;
}

async function upload(url, file, path) {
  const content = new FormData();
  content.append('file', file);
  content.append('field', path);
  const answer = await fetch(url, { method: 'POST', headers: changingHeaders(), body: content });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok || answer.redirected) throw new UploadProblem(told.message ?? say('%(name)s could not be sent (%(status)s).', { name: file.name, status: answer.status }));
  return told.id;
}

async function react(context, answer, values) {
  const { parts, form, draft } = context;
  if (isSignedOut(answer) && answer.status !== 403) {
    draft.keep(values, say('Kept in this browser.'));
    const back = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
    const link = element('a', { href: back }, say('Sign in again'));
    tell(parts, note('warn', 'lock', say('You were signed out.'), ` ${say('What you typed is kept in this browser.')} `, link));
    return;
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) {
    draft.end();
    location.assign(told.location);
  } else if (answer.status === 422) {
    showRefusal(parts, form, told);
  } else {
    draft.keep(values, say('Not sent. Kept in this browser.'));
    tell(parts, note('warn', answer.status === 409 ? 'user-check' : 'alert-circle', told.message ?? say('The server could not take this (%(status)s).', { status: answer.status }), ` ${say('What you typed is kept.')}`));
  }
}

function showRefusal(parts, form, { message, problems = [] }) {
  const homeless = showProblems(form, problems);
  const list = element('ul', {}, ...homeless.map(({ text }) => element('li', {}, text)));
  tell(parts, note('bad', 'alert-circle', message ?? say('The server found something to mend.'), ...(homeless.length ? [list] : [])));
  focusFirstError(parts);
}

function keepAndTell({ parts, draft }, values, problem) {
  draft.keep(values, say('Kept in this browser.'));
  const isOurs = problem instanceof UploadProblem;
  const sentence = isOurs ? problem.message : say('The server does not answer.');
  tell(parts, note('bad', isOurs ? 'paperclip' : 'plug', sentence, ` ${say('What you typed is kept in this browser.')} ${say('Try again.')}`));
}

function tell(parts, told) {
  parts.note?.replaceChildren(told);
  if (parts.status) parts.status.textContent = '';
  told.scrollIntoView({ block: 'nearest' });
}

/** The errors appear after the next rendering of form-js, which on a busy machine takes its time. */
function focusFirstError({ fields }, framesLeft = 120) {
  const field = fields.querySelector('.fjs-has-errors');
  if (!field) {
    if (framesLeft) requestAnimationFrame(() => focusFirstError({ fields }, framesLeft - 1));
    return;
  }
  field.querySelector('input:not(.fjs-hidden), textarea, select, button, [tabindex]')?.focus();
  field.scrollIntoView({ block: 'center' });
}
