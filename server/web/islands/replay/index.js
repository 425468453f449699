// The time slider of a process instance: each event moves the diagram, the audit row and the variables; ?at=N links to it.
import { openDiagram } from '../diagram/canvas.js';
import { clear, paint } from '../diagram/marks.js';
import { onEach, readJson } from '../page/data.js';
import { element, icon } from '../page/elements.js';
import { stateAfter } from './states.js';
import { travel } from './token.js';
import { say } from '../page/words.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

class Replay {
  constructor(root) {
    this.events = readJson(root.dataset.eventsId, []);
    this.extra = readJson(root.dataset.stateId, {});
    this.frame = root.querySelector('.dg');
    this.slider = root.querySelector('[data-replay-slider]');
    this.playButton = root.querySelector('[data-replay-play]');
    this.output = root.querySelector('[data-replay-output]');
    this.position = root.querySelector('[data-replay-position]');
    this.variables = document.querySelector('[data-variables-at]');
    this.timer = null;
    this.at = this.events.length;
  }

  async start() {
    const asked = Number(new URLSearchParams(location.search).get('at'));
    this.slider.min = 1;
    this.slider.max = this.events.length;
    this.listen();
    this.diagram = await openDiagram(this.frame).catch(() => null);
    if (this.diagram) {
      paint(this.diagram, { links: this.extra.links });
      this.diagram.whenFitted = () => this.centre();
    }
    this.show(asked >= 1 && asked <= this.events.length ? asked : this.events.length, { silent: true });
    this.frame.dataset.ready = '';
  }

  listen() {
    this.slider.addEventListener('input', () => {
      this.pause();
      this.show(Number(this.slider.value));
    });
    this.playButton?.addEventListener('click', () => (this.timer ? this.pause() : this.play()));
    document.addEventListener('click', ({ target }) => {
      const go = target.closest('[data-go]');
      if (!go) return;
      this.pause();
      this.show(Number(go.dataset.go));
      this.frame.scrollIntoView({ block: 'nearest' });
    });
    this.frame.addEventListener('keydown', ({ key }) => key === ' ' && this.playButton?.click());
  }

  /** Shows the instance as it was after event number `at` (from 1). */
  show(at, { silent = false } = {}) {
    const event = this.events[at - 1];
    if (!event) return;
    const forward = at === this.at + 1;
    this.at = at;
    const state = stateAfter(this.events, at);
    if (this.diagram) {
      clear(this.diagram);
      paint(this.diagram, state);
      if (forward && event.flow) travel(this.diagram, event.flow);
      this.centre();
    }
    this.showText(event);
    this.showRows();
    this.showVariables(state.variables);
    if (!silent) history.replaceState(null, '', this.link());
  }

  /** What happened last is in view, also where the diagram is wider than the window. */
  centre() {
    const element = this.events[this.at - 1]?.element;
    if (element && this.frame.matches('.more-start, .more-end, .more-high')) this.diagram.centreOn(element);
  }

  link() {
    const address = new URL(location.href);
    address.searchParams.set('at', this.at);
    return address.pathname + address.search;
  }

  showText(event) {
    this.slider.value = this.at;
    this.slider.setAttribute('aria-valuetext', `${this.at} of ${this.events.length}: ${event.when}, ${event.text}`);
    if (this.position) this.position.textContent = `${this.at} of ${this.events.length}`;
    const link = element('a', { href: this.link() }, say('Link to this moment'));
    this.output.replaceChildren(element('span', { className: 'strong' }, event.when), ` · ${event.text} · `, link);
  }

  showRows() {
    for (const row of document.querySelectorAll('[data-event]')) {
      const number = Number(row.dataset.event);
      row.toggleAttribute('data-future', number > this.at);
      if (number === this.at) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
  }

  showVariables(variables) {
    if (!this.variables) return;
    const rows = [...variables].sort(([one], [other]) => one.localeCompare(other)).map(([name, { value, by }]) => {
      const head = element('th', { scope: 'row', className: 'id' }, name);
      return element('tr', {}, head, element('td', { className: 'mono' }, shown(value)), element('td', { className: 'nowrap' }, by ?? '–'));
    });
    const none = element('tr', {}, element('td', { colSpan: 3, className: 'sub' }, say('None yet at this time.')));
    this.variables.replaceChildren(...(rows.length ? rows : [none]));
  }

  play() {
    if (this.at >= this.events.length) this.show(1);
    this.timer = setInterval(() => {
      if (this.at >= this.events.length) this.pause();
      else this.show(this.at + 1);
    }, calm.matches ? 1500 : 800);
    this.label('player-pause', say('Pause'));
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.label('player-play', say('Replay'));
  }

  label(iconName, text) {
    this.playButton?.replaceChildren(icon(iconName, 'i-s'), text);
  }
}

/** A long value is cut in the table; the whole one is in the export. */
function shown(value) {
  const text = JSON.stringify(value) ?? '–';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

onEach('[data-replay]', (root) => new Replay(root).start());
