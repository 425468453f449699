// Sets light or dark before the first paint; loaded as a plain blocking script, so it stays this short.
{
  const chosen = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.bsTheme = chosen ?? system;
}
