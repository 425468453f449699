// The theme button: light or dark, kept in a cookie so that the server can render it; "system" forgets the choice.
const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const year = 31536000;

function choose(theme) {
  const age = theme === 'system' ? 0 : year;
  document.cookie = `theme=${theme}; path=/; samesite=lax; max-age=${age}`;
  show(theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme);
}

function show(theme) {
  root.dataset.bsTheme = theme;
  for (const button of document.querySelectorAll('[data-theme-toggle]')) {
    button.setAttribute('aria-pressed', String(theme === 'dark'));
  }
}

document.addEventListener('click', ({ target }) => {
  if (target.closest('[data-theme-toggle]')) choose(root.dataset.bsTheme === 'dark' ? 'light' : 'dark');
  const set = target.closest('[data-theme-set]');
  if (set) choose(set.dataset.themeSet);
});
dark.addEventListener('change', () => {
  if (!/(?:^|; )theme=/.test(document.cookie)) show(dark.matches ? 'dark' : 'light');
});
show(root.dataset.bsTheme);
