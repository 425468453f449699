// What every page has: htmx, theme, dialogs, menus, command palette, toasts, keyboard help.
import './requests.js';
import './dialogs.js';
import './keyboard.js';
import './palette.js';
import './small.js';
import './theme.js';
import './toasts.js';
