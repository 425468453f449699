// Deploying by drag and drop: files dropped anywhere on the page, or chosen, go up with a progress bar.
import htmx from 'htmx.org';
import { csrfToken } from '../page/data.js';
import { element, icon, note } from '../page/elements.js';
import { say } from '../page/words.js';

const form = document.querySelector('[data-deploy]');
const input = form?.querySelector('input[type=file]');
const result = form ? document.getElementById(form.dataset.result) : null;
let overlay = null;
let depth = 0;

const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');

function showOverlay() {
  overlay ??= element('div', { className: 'drop' }, icon('upload', 'i-l'), element('span', {}, say('Drop to check and deploy')));
  document.body.append(overlay);
}

function hideOverlay() {
  depth = 0;
  overlay?.remove();
}

/** fetch cannot report how much has gone up, so this is an XMLHttpRequest. */
function send(files) {
  const content = new FormData(form);
  content.delete(input.name);
  for (const file of files) content.append(input.name, file);
  const names = files.map((file) => file.name).join(', ');
  const bar = element('progress', { max: 1, value: 0 });
  bar.setAttribute('aria-label', say('Sending %(name)s', { name: names }));
  result.replaceChildren(element('p', {}, say('Sending %(name)s', { name: names })), bar);
  const request = new XMLHttpRequest();
  request.open('POST', form.action);
  request.setRequestHeader('X-CSRFToken', csrfToken());
  request.setRequestHeader('HX-Request', 'true');
  request.upload.addEventListener('progress', ({ loaded, total }) => { bar.value = total ? loaded / total : 0; });
  request.addEventListener('load', () => show(request));
  request.addEventListener('error', () => {
    result.replaceChildren(note('bad', 'plug', say('The server does not answer.'), ` ${say('Nothing was deployed. Try again.')}`));
  });
  request.send(content);
}

function show(request) {
  const elsewhere = request.getResponseHeader('HX-Redirect');
  if (elsewhere) {
    location.assign(elsewhere);
    return;
  }
  if (request.getResponseHeader('content-type')?.includes('html') && request.status !== 500) {
    result.innerHTML = request.responseText;
    htmx.process(result);
    const happened = request.getResponseHeader('HX-Trigger');
    if (happened) htmx.trigger(document.body, happened);
  } else {
    result.replaceChildren(note('bad', 'alert-circle', say('The server could not take this (%(status)s).', { status: request.status }), ` ${say('Nothing was deployed.')}`));
  }
  input.value = '';
  result.tabIndex = -1;
  result.focus();
}

function sendChosen(event) {
  event.preventDefault();
  const files = [...input.files];
  if (files.length) send(files);
}

if (form) {
  addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    showOverlay();
  });
  addEventListener('dragleave', (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    if (depth <= 0) hideOverlay();
  });
  addEventListener('dragover', (event) => carriesFiles(event) && event.preventDefault());
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    hideOverlay();
    const files = [...event.dataTransfer.files];
    if (files.length) send(files);
  });
  form.addEventListener('submit', sendChosen);
  input.addEventListener('change', sendChosen);
}
