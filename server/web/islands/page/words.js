// What islands say, in the language of the page: base.html brings the words where they are not English.
import { readJson } from './data.js';

const words = readJson('words', {});

/** The message in the language of the page; `%(name)s` in it stands for the value of that name. */
export function say(message, values = {}) {
  return (words[message] ?? message).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
}

/** The message for that number of things; `%(number)s` stands for it. */
export function sayMany(one, many, number, values = {}) {
  return say(number === 1 ? one : many, { number, ...values });
}
