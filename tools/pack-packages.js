// Packs the packages that the compiled tree imports into a few files in dist/vendor, and has it import those: most of a
// start was the reading of 2,400 small files. A tree that was compiled without this step runs as well, only slower. What
// was packed is kept in node_modules/.cache until a dependency changes.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const vendor = join(dist, 'vendor');
const kept = join(root, 'node_modules', '.cache', 'guanxi-vendor');
/** Files that are looked up in their package, and a package that only changes what is global. */
const AS_THEY_ARE = ['swagger-ui-dist', 'reflect-metadata'];
/** What packed code of CommonJS expects to find, and ECMAScript modules do not have. */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
import { join as __join } from 'node:path';
const require = __createRequire(import.meta.url);
const __root = __join(import.meta.dirname, 'ROOT');`;

await init;
const packed = packedPackages();
const imports = importsOf(packed);
const specifiers = [...new Set(imports.flatMap(({ found }) => found.map(({ n }) => n)))].sort();
const key = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).update(readFileSync(fileURLToPath(import.meta.url))).update(JSON.stringify(specifiers)).digest('hex');
if (!existsSync(join(kept, key))) await pack();
cpSync(join(kept, key), vendor, { recursive: true });
for (const { file, text, found } of imports) writeFileSync(file, redirected(text, found));

/** Those of package.json that can be packed: native parts must stay where they are, and so must what needs them. */
function packedPackages() {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return new Set(Object.keys(dependencies).filter((name) => !AS_THEY_ARE.includes(name) && !isNative(name, root)));
}

function isNative(name, from, seen = new Set()) {
  const folder = folderOf(name, from);
  if (!folder || seen.has(folder)) return false;
  seen.add(folder);
  if (readdirSync(folder, { recursive: true }).some((file) => file.endsWith('.node'))) return true;
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.keys({ ...dependencies, ...optionalDependencies }).some((each) => isNative(each, folder, seen));
}

function folderOf(name, from) {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, 'package.json')));
}

/** Which compiled files import what is packed, and where in their text. */
function importsOf(packages) {
  const nameOf = (specifier) => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  return readdirSync(dist, { recursive: true })
    .filter((name) => name.endsWith('.js') && !name.startsWith(`vendor${sep}`))
    .map((name) => {
      const file = join(dist, name);
      const text = readFileSync(file, 'utf8');
      return { file, text, found: parse(text, file)[0].filter(({ n }) => n !== undefined && packages.has(nameOf(n))) };
    })
    .filter(({ found }) => found.length > 0);
}

function redirected(text, found) {
  let result = '';
  let end = 0;
  for (const { n, s, e, d } of found) {
    const specifier = `#vendor/${fileFor(n)}`;
    // The place of a dynamic import includes its quotes.
    result += text.slice(end, s) + (d > -1 ? JSON.stringify(specifier) : specifier);
    end = e;
  }
  return result + text.slice(end);
}

/** Each specifier has a file of its own name; what several of them need is in further files beside. */
function fileFor(specifier) {
  return specifier.endsWith('.js') ? specifier : `${specifier}.js`;
}

async function pack() {
  const { build } = await import('esbuild');
  const { writing, done } = freshFolder();
  await build({
    entryPoints: specifiers.map((specifier) => ({ in: `entry:${specifier}`, out: fileFor(specifier).slice(0, -3) })),
    outdir: writing, bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20.19', mainFields: ['main'],
    keepNames: true, charset: 'utf8', logLevel: 'warning',
    external: AS_THEY_ARE,
    plugins: [{ name: 'vendor', setup: entries }, { name: 'as-in-node', setup: asInNode }],
  });
  for (const entry of readdirSync(writing, { recursive: true, withFileTypes: true }).filter((each) => each.isFile() && each.name.endsWith('.js'))) {
    const file = join(entry.parentPath, entry.name);
    const depth = relative(writing, file).split(sep).length + 1;
    writeFileSync(file, `${BANNER.replace('ROOT', '../'.repeat(depth))}\n${readFileSync(file, 'utf8')}`);
  }
  done();
}

/** A whole folder appears under its name or none: a build that was broken off leaves nothing that looks like one. */
function freshFolder() {
  rmSync(kept, { recursive: true, force: true });
  const writing = join(kept, `${key}.${process.pid}`);
  mkdirSync(writing, { recursive: true });
  return { writing, done: () => renameSync(writing, join(kept, key)) };
}

/** An entry exports by name all that Node finds in the package: of CommonJS a bundler alone cannot know it. */
function entries(build) {
  build.onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice('entry:'.length), namespace: 'entry' }));
  build.onLoad({ filter: /.*/, namespace: 'entry' }, async ({ path }) => {
    const names = Object.keys(await import(path)).filter((name) => /^[\w$]+$/.test(name));
    return { contents: `export { ${names.join(', ')} } from ${JSON.stringify(path)};`, loader: 'js', resolveDir: root };
  });
}

/** Packages that are not packed are left to Node, and so are those that are not installed: others ask whether they are. */
function asInNode(build) {
  const tried = Symbol('tried');
  build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
    if (pluginData === tried || from.kind === 'entry-point') return undefined;
    const resolved = await build.resolve(path, { ...from, pluginData: tried });
    return resolved.errors.length > 0 || resolved.path.endsWith('.node') ? { path, external: true } : resolved;
  });
  build.onLoad({ filter: /\.c?js$/, namespace: 'file' }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    if (!/\b__(dir|file)name\b/.test(text)) return undefined;
    const folder = relative(root, dirname(path)).split(sep).join('/');
    return { contents: `var __dirname = __root + ${JSON.stringify(folder)}, __filename = __root + ${JSON.stringify(relative(root, path).split(sep).join('/'))};${text}`, loader: 'js' };
  });
}
