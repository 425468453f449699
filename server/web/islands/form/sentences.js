// What form-js says, in our words and in the language of the page: each sentence tells how to mend it.
import { say } from '../page/words.js';

const ours = {
  'Field is required.': () => say('Fill in this field.'),
  'Field must be at least {min} in length.': ({ min }) => say('Write at least %(number)s characters.', { number: min }),
  'Field must have minimum length of {length}.': ({ length }) => say('Write at least %(number)s characters.', { number: length }),
  'Field must have maximum length of {length}.': ({ length }) => say('Write at most %(number)s characters.', { number: length }),
  'Field must have minimum value of {value}.': ({ value }) => say('Write a number of %(number)s or more.', { number: value }),
  'Field must have maximum value of {value}.': ({ value }) => say('Write a number of %(number)s or less.', { number: value }),
  'Field must match pattern {pattern}.': ({ pattern }) => say('This does not have the form that is asked for (%(pattern)s).', { pattern }),
  'Value is not a number.': () => say('Write a number, for example 6840.00.'),
  'Date and time must both be entered.': () => say('Enter both the day and the time.'),
  'Please select a valid value, the difference between two valid values is {value}.': ({ value }) => say('Write a multiple of %(number)s.', { number: value }),
};

export function translate(template, replacements = {}) {
  const said = ours[template];
  return said ? said(replacements) : template.replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
}
