// What form-js says, in our words: each sentence tells how to mend it.
const ours = {
  'Field is required.': 'Fill in this field.',
  'Field must be at least {min} in length.': 'Write at least {min} characters.',
  'Field must have minimum length of {length}.': 'Write at least {length} characters.',
  'Field must have maximum length of {length}.': 'Write at most {length} characters.',
  'Field must have minimum value of {value}.': 'Write a number of {value} or more.',
  'Field must have maximum value of {value}.': 'Write a number of {value} or less.',
  'Field must match pattern {pattern}.': 'This does not have the form that is asked for ({pattern}).',
  'Value is not a number.': 'Write a number, for example 6840.00.',
  'Please select a valid value, the difference between two valid values is {value}.': 'Write a multiple of {value}.',
};

export function translate(template, replacements = {}) {
  return (ours[template] ?? template).replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
}
