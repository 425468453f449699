// Small manners of every page: selects that submit themselves, copied texts, printing, tables that can be scrolled.
import { toast } from './toasts.js';
import { onEach } from '../page/data.js';
import { say } from '../page/words.js';

document.addEventListener('change', ({ target }) => {
  if (target.matches('[data-autosubmit]')) target.form.requestSubmit();
});

document.addEventListener('click', async ({ target }) => {
  if (target.closest('[data-print]')) print();
  const copier = target.closest('[data-copy]');
  if (!copier) return;
  const copied = document.getElementById(copier.dataset.copy);
  try {
    await navigator.clipboard.writeText(copied.textContent);
    toast(say('Copied'));
  } catch {
    getSelection().selectAllChildren(copied);
    copied.focus();
    toast(say('This browser does not let us copy. The text is selected: copy it by Ctrl C.'), { tone: 'bad' });
  }
});

// A region that scrolls must be reachable by the keyboard, and only then.
onEach('.tw', (region) => {
  const update = () => {
    const scrolls = region.scrollWidth > region.clientWidth + 1 || region.scrollHeight > region.clientHeight + 1;
    if (scrolls) region.tabIndex = 0;
    else region.removeAttribute('tabindex');
  };
  new ResizeObserver(update).observe(region);
});
