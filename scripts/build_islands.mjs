// Builds the browser side: islands, style sheets and icons go from server/web into server/web/static, hashed, with a manifest.
import * as esbuild from 'esbuild';
import { PurgeCSS } from 'purgecss';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const web = path.join(root, 'server', 'web');
const assets = path.join(web, 'assets');
const islands = path.join(web, 'islands');
const served = path.join(web, 'static');
const output = path.join(web, 'static.new'); // takes the place of the old one when it is whole
const modules = path.join(root, 'node_modules');
const styleSheets = ['app.css', 'form.css', 'diagram.css'];
// Named by Python code or written into pages later; the templates may not show them literally.
const classesOfPython = ['btn', 'card', 'table', 'form-control', 'form-select', 'form-check-input', 'form-label'];
const compressible = /\.(js|css|svg|txt)$/;

class BuildProblem extends Error {}

/** Every file below `folder` whose name ends with `ending`, as absolute paths. */
function filesBelow(folder, ending) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** Tabler holds thousands of classes; only those that a template or an island names are kept. */
async function tablerInUse() {
  const [sheet] = await new PurgeCSS().purge({
    content: [...filesBelow(web, '.html'), ...filesBelow(islands, '.js')].filter((file) => !file.startsWith(output)),
    css: [path.join(modules, '@tabler/core/dist/css/tabler.min.css')],
    safelist: { standard: [/^data-bs/, ...classesOfPython] },
    variables: true,
  });
  return sheet.css;
}

/** Lets a style sheet say `@import "tabler-in-use"`. */
const tablerPlugin = {
  name: 'tabler-in-use',
  setup(build) {
    build.onResolve({ filter: /^tabler-in-use$/ }, (wanted) => ({ path: wanted.path, namespace: 'tabler' }));
    build.onLoad({ filter: /.*/, namespace: 'tabler' }, async () => ({ contents: await tablerInUse(), loader: 'css' }));
  },
};

/** One `<symbol>`; a name ending in "-filled" takes the filled drawing. */
function symbol(name) {
  const filled = name.endsWith('-filled');
  const drawing = filled ? name.slice(0, -'-filled'.length) : name;
  const file = path.join(modules, '@tabler/icons/icons', filled ? 'filled' : 'outline', `${drawing}.svg`);
  if (!fs.existsSync(file)) throw new BuildProblem(`assets/icons.txt names "${name}", which Tabler Icons does not have.`);
  const shapes = fs.readFileSync(file, 'utf8').replace(/[^]*?<svg[^>]*>/, '').replace('</svg>', '')
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, '').replace(/\s+/g, ' ').trim();
  const paint = filled
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${shapes}</symbol>`;
}

/** A template that asks for an icon outside the list would show nothing, so the build refuses it. */
function refuseUnknownIcons(names) {
  for (const file of filesBelow(path.join(web, 'templates'), '.html')) {
    for (const [, name] of fs.readFileSync(file, 'utf8').matchAll(/\bicon\(\s*'([^']+)'/g)) {
      if (names.includes(name)) continue;
      const where = path.relative(root, file);
      throw new BuildProblem(`${where} asks for the icon "${name}": add it to server/web/assets/icons.txt.`);
    }
  }
}

/** Writes a file that esbuild does not bundle, under a hashed name, and returns its manifest entry. */
function writeHashed(name, content) {
  const hash = crypto.createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  const file = `${stem}-${hash}${ext}`;
  fs.writeFileSync(path.join(output, file), content);
  return { file, imports: [] };
}

/** The sprite of all icons in assets/icons.txt. */
function sprite() {
  const names = fs.readFileSync(path.join(assets, 'icons.txt'), 'utf8').split('\n').filter(Boolean);
  refuseUnknownIcons(names);
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${names.map(symbol).join('\n')}\n</svg>\n`;
}

function entryPoints() {
  const found = Object.fromEntries(styleSheets.map((name) => [path.parse(name).name + '-style', path.join(assets, name)]));
  for (const name of fs.readdirSync(islands)) {
    const main = path.join(islands, name, 'index.js');
    if (fs.existsSync(main)) found[name] = main;
  }
  return found;
}

/** "islands/inbox/index.js" is called "inbox.js", "assets/app.css" is called "app.css". */
function assetName(entryPoint) {
  const { base, dir } = path.parse(entryPoint);
  return base === 'index.js' ? `${path.basename(dir)}.js` : base;
}

async function bundle() {
  const result = await esbuild.build({
    entryPoints: entryPoints(),
    absWorkingDir: root,
    outdir: output,
    nodePaths: [modules],
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    entryNames: '[name]-[hash]',
    chunkNames: 'chunks/[name]-[hash]',
    assetNames: 'fonts/[name]-[hash]',
    loader: { '.woff2': 'file', '.svg': 'dataurl' },
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
    plugins: [tablerPlugin],
  });
  return result.metafile.outputs;
}

function manifestOf(outputs) {
  const relative = (file) => path.relative(output, path.join(root, file)).split(path.sep).join('/');
  const manifest = {};
  for (const [file, facts] of Object.entries(outputs)) {
    if (facts.entryPoint) {
      const imports = facts.imports.filter((one) => one.kind === 'import-statement').map((one) => relative(one.path));
      manifest[assetName(facts.entryPoint)] = { file: relative(file), imports };
    } else if (/inter-latin-wght-normal-\w+\.woff2$/.test(file)) {
      manifest['inter.woff2'] = { file: relative(file), imports: [] };
    }
  }
  return manifest;
}

/** Compressed twins are made once here, so that the server only has to pick one. */
function compress() {
  for (const file of fs.readdirSync(output, { recursive: true }).map((name) => path.join(output, name))) {
    if (!compressible.test(file)) continue;
    const content = fs.readFileSync(file);
    fs.writeFileSync(`${file}.gz`, zlib.gzipSync(content, { level: 9 }));
    fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(content));
  }
}

function report(manifest) {
  for (const [name, { file }] of Object.entries(manifest).sort()) {
    const kib = (ending) => {
      const whole = path.join(output, file + ending);
      return fs.existsSync(whole) ? (fs.statSync(whole).size / 1024).toFixed(1) : '-';
    };
    console.log(`${name.padEnd(16)} ${kib('').padStart(8)} KiB ${kib('.br').padStart(8)} KiB sent  ${file}`);
  }
}

async function build() {
  fs.rmSync(output, { recursive: true, force: true });
  fs.mkdirSync(output, { recursive: true });
  const drawn = {
    'icons.svg': writeHashed('icons.svg', sprite()),
    'favicon.svg': writeHashed('favicon.svg', fs.readFileSync(path.join(assets, 'favicon.svg'))),
  };
  const manifest = { ...manifestOf(await bundle()), ...drawn };
  compress();
  fs.writeFileSync(path.join(output, 'manifest.json'), JSON.stringify(manifest, null, 1));
  report(manifest);
  fs.rmSync(served, { recursive: true, force: true });
  fs.renameSync(output, served);
}

try {
  await build();
} catch (problem) {
  // esbuild has already printed what it found; our own problems are one sentence without a stack.
  console.error(problem instanceof BuildProblem ? problem.message : problem.errors ? 'The islands were not built.' : problem);
  process.exitCode = 1;
}
