// Names, values and problems of the fields of one form.
import { getSchemaVariables } from '@bpmn-io/form-js-viewer';

const isFileKey = (value) => typeof value === 'string' && value.startsWith('files::');

/** The variables that the form writes (not those that its texts only read). */
export function outputNames(schema) {
  return getSchemaVariables(schema, { inputs: false, outputs: true });
}

/** The written values alone; a chosen file lives in this page only, so its key is worth nothing elsewhere. */
export function pick(data, names) {
  const picked = {};
  for (const name of names) if (name in data) picked[name] = withoutChosenFiles(data[name]);
  return picked;
}

function withoutChosenFiles(value) {
  if (isFileKey(value)) return null;
  if (Array.isArray(value)) return value.map(withoutChosenFiles);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutChosenFiles(inner)]));
}

/** form-js would take an earlier reference for a key of its own, so file fields start empty. */
export function withoutFileKeys(values, schema) {
  const kept = { ...values };
  for (const field of schema.components ?? []) if (field.type === 'filepicker') delete kept[field.key];
  return kept;
}

/** Where files were chosen: [{ path: "invoices.0.scan", files: [File] }]. */
export function chosenFiles(data, files, path = []) {
  if (isFileKey(data)) return [{ path: path.join('.'), files: files.get(data) ?? [] }];
  if (data === null || typeof data !== 'object') return [];
  return Object.entries(data).flatMap(([key, inner]) => chosenFiles(inner, files, [...path, key]));
}

/** "positions[0].price" and "positions.0.price" name the same field. */
const normal = (name) => String(name ?? '').replace(/\[(\d+)\]/g, '.$1');

/** Shows the server's problems at their fields; returns those that belong to no field of the form. */
export function showProblems(form, problems) {
  const instances = form.get('formFieldInstanceRegistry').getAllKeyed();
  const errors = {};
  const homeless = [];
  for (const problem of problems) {
    const name = normal(problem.field ?? problem.element);
    const found = instances.find(({ id, valuePath }) => id === name || valuePath.join('.') === name);
    if (found) place(errors, [found.id, ...Object.values(found.indexes ?? {})], problem.text);
    else homeless.push(problem);
  }
  // form-js has no public way to show foreign errors at a field; this is the state that its own validation sets.
  form._setState({ errors });
  return homeless;
}

/** Errors of a field in a dynamic list lie under its indexes. */
function place(errors, path, text) {
  const last = path.length - 1;
  let at = errors;
  for (const part of path.slice(0, last)) at = at[part] ??= {};
  at[path[last]] = [...(at[path[last]] ?? []), text];
}
