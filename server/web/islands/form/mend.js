// Mends what form-js 2.0 leaves undone: groups without a name, American dates, a file button that says only "Browse".
import { say } from '../page/words.js';
const choiceGroups = '.fjs-form-field-radio, .fjs-form-field-checklist';

/** Mends now and after every change of the form's elements. */
export function keepMended(container) {
  const mendAll = () => {
    container.querySelectorAll(choiceGroups).forEach(nameGroup);
    container.querySelectorAll('.fjs-datepicker input[data-input]').forEach(useIsoDate);
    container.querySelectorAll('.fjs-timepicker input').forEach(showTimeShape);
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
  const shape = say('YYYY-MM-DD');
  if (input.placeholder !== shape) input.placeholder = shape;
  if (!calendar || calendar.config.dateFormat === 'Y-m-d') return;
  calendar.set('dateFormat', 'Y-m-d');
  calendar.set('locale', calendarWords());
  if (calendar.selectedDates.length) calendar.setDate(calendar.selectedDates, false);
}

function showTimeShape(input) {
  const shape = say('hh:mm');
  if (input.placeholder !== shape) input.placeholder = shape;
}

/** The calendar's days and months as the page's language has them; its weeks begin on Monday. */
function calendarWords() {
  const named = (options, dates) => {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { ...options, timeZone: 'UTC' });
    return dates.map((date) => format.format(date));
  };
  const days = Array.from({ length: 7 }, (_, day) => Date.UTC(2023, 0, 1 + day)); // 1 January 2023 was a Sunday
  const months = Array.from({ length: 12 }, (_, month) => Date.UTC(2023, month, 1));
  return {
    firstDayOfWeek: 1,
    weekdays: { shorthand: named({ weekday: 'short' }, days), longhand: named({ weekday: 'long' }, days) },
    months: { shorthand: named({ month: 'short' }, months), longhand: named({ month: 'long' }, months) },
  };
}

function nameFileButton(field) {
  const label = field.querySelector('.fjs-form-field-label')?.textContent ?? say('File');
  const button = field.querySelector('button');
  if (!button || button.textContent === say('Choose files')) return;
  button.textContent = say('Choose files');
  button.setAttribute('aria-label', `${say('Choose files')}: ${label}`);
}

/** form-js tells a wrong date in words only; the input itself is marked as well. */
function markInvalid(field) {
  const isWrong = field.classList.contains('fjs-has-errors');
  for (const input of field.querySelectorAll('input')) {
    if (isWrong) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  }
}
