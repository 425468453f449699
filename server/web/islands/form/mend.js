// Mends what form-js 2.0 leaves undone: groups without a name, American dates, a file button that says only "Browse".
const choiceGroups = '.fjs-form-field-radio, .fjs-form-field-checklist';

/** Mends now and after every change of the form's elements. */
export function keepMended(container) {
  const mendAll = () => {
    container.querySelectorAll(choiceGroups).forEach(nameGroup);
    container.querySelectorAll('input[data-input]').forEach(useIsoDate);
    container.querySelectorAll('.fjs-form-field-filepicker').forEach(nameFileButton);
    container.querySelectorAll('.fjs-form-field-datetime').forEach(markInvalid);
  };
  new MutationObserver(mendAll).observe(container, { childList: true, subtree: true });
  mendAll();
}

let groups = 0;

/** A set of choices is a group with its label as name, as a fieldset with legend would be. */
function nameGroup(group) {
  const label = group.querySelector(':scope > .fjs-form-field-label');
  if (!label || label.id) return;
  label.id = `choice-${++groups}`;
  group.setAttribute('role', group.matches('.fjs-form-field-radio') ? 'radiogroup' : 'group');
  group.setAttribute('aria-labelledby', label.id);
  // On each of several boxes "required" would mean that every one has to be ticked.
  if (group.matches('.fjs-form-field-checklist')) {
    for (const box of group.querySelectorAll('input')) box.removeAttribute('required');
  }
}

/** The calendar (flatpickr) hangs on its input; its own format is the one of the browser's language. */
function useIsoDate(input) {
  const calendar = input._flatpickr;
  if (input.placeholder !== 'YYYY-MM-DD') input.placeholder = 'YYYY-MM-DD';
  if (!calendar || calendar.config.dateFormat === 'Y-m-d') return;
  calendar.set('dateFormat', 'Y-m-d');
  calendar.set('locale', { firstDayOfWeek: 1 });
  if (calendar.selectedDates.length) calendar.setDate(calendar.selectedDates, false);
}

function nameFileButton(field) {
  const label = field.querySelector('.fjs-form-field-label')?.textContent ?? 'File';
  const button = field.querySelector('button');
  if (!button || button.textContent === 'Choose files') return;
  button.textContent = 'Choose files';
  button.setAttribute('aria-label', `Choose files: ${label}`);
}

/** form-js tells a wrong date in words only; the input itself is marked as well. */
function markInvalid(field) {
  const isWrong = field.classList.contains('fjs-has-errors');
  for (const input of field.querySelectorAll('input')) {
    if (isWrong) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  }
}
