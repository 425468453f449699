// The form of a user task or of a start: drawn by form-js, saved as typed, checked here and again by the server.
import { Form } from '@bpmn-io/form-js-viewer';
import { onEach, readJson } from '../page/data.js';
import { element, note } from '../page/elements.js';
import { Draft } from './draft.js';
import { outputNames, pick, withoutFileKeys } from './fields.js';
import { keepMended } from './mend.js';
import { submit } from './submit.js';
import { translate } from './sentences.js';
import { say } from '../page/words.js';

/** Where the parts of the form stand inside `root`; see islands/README.md. */
function partsOf(root) {
  const find = (name) => root.querySelector(`[data-form-${name}]`);
  return { fields: find('fields'), note: find('note'), status: find('status') };
}

async function start(root) {
  const parts = partsOf(root);
  const schema = readJson(root.dataset.schemaId);
  const names = outputNames(schema);
  const given = readJson(root.dataset.valuesId, {});
  const isReadOnly = root.hasAttribute('data-readonly');
  const draft = new Draft(root.dataset.draftUrl, parts.status);
  const kept = isReadOnly ? null : draft.keptHere();
  const form = new Form({
    container: parts.fields,
    additionalModules: [{ translate: ['value', translate] }],
    properties: isReadOnly ? { readOnly: true } : {},
    // A field that form-js takes over late is emptied when another field is drawn again meanwhile; the draft waits by itself.
    debounce: false,
  });
  keepMended(parts.fields);
  await form.importSchema(schema, withoutFileKeys({ ...given, ...kept }, schema));
  root.dataset.ready = '';
  if (isReadOnly) return;
  listen(root, parts, form, { draft, names });
  if (kept) {
    parts.note?.replaceChildren(note('ok', 'check', say('What you typed was kept.'), ` ${say('It is filled in again below.')}`));
    draft.save(pick(kept, names));
  }
}

function listen(root, parts, form, { draft, names }) {
  let isSending = false;
  const context = { root, parts, form, draft, names };
  // The form announces its own first rendering as a change; only what a person does is worth saving.
  let isTouched = false;
  for (const kind of ['input', 'change', 'click', 'keydown']) {
    parts.fields.addEventListener(kind, () => { isTouched = true; }, true);
  }
  form.on('changed', ({ data }) => isTouched && !isSending && draft.saveSoon(pick(data, names)));
  for (const button of root.querySelectorAll('[data-form-submit]')) {
    // Leaving a field may show its error and move the button away from under the pointer, so the focus stays for now.
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', async () => {
      if (isSending) return;
      if (parts.fields.contains(document.activeElement)) document.activeElement.blur();
      isSending = true;
      button.setAttribute('aria-busy', 'true');
      try {
        await submit(context, { opensNext: button.dataset.formSubmit === 'next' });
      } finally {
        isSending = false;
        button.removeAttribute('aria-busy');
      }
    });
  }
  addEventListener('pagehide', () => draft.saveOnLeaving());
}

function failed(root, problem) {
  const told = element('p', {}, say('The form cannot be shown: %(why)s. Reload the page, or tell an operator.', { why: problem.message }));
  root.querySelector('[data-form-fields]').replaceChildren(told);
}

onEach('[data-form]', (root) => start(root).catch((problem) => failed(root, problem)));
