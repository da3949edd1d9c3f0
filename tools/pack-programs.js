// Packs what each program is made of into a few files in dist/packed, source maps included; the program itself then only
// imports its pack. What threads and processes of their own begin with stays a file of its own, and so does every module
// for tests. A tree that was compiled without this step runs as well, only slower.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const PROGRAMS = [
  ...readdirSync(join(dist, 'apps')).map((app) => `apps/${app}/main.js`),
  'test/bench/main.js', 'test/bench/rebuild.child.js', 'test/cli/staying-program.js', 'test/faults/load.js',
];
/** Of contexts, and of their parts. */
const ROOMS = ['domain', 'commands', 'views', 'analyses', 'processes'];
const nameOf = (program) => program.slice(0, -'.js'.length).replaceAll('/', '.');

rmSync(join(dist, 'packed'), { recursive: true, force: true });
await build({
  entryPoints: PROGRAMS.map((program) => ({ in: join(dist, program), out: nameOf(program) })),
  outdir: join(dist, 'packed'), bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20.19',
  keepNames: true, charset: 'utf8', sourcemap: true, sourcesContent: false, logLevel: 'warning',
  banner: { js: "import { fileURLToPath as __fileURLToPath } from 'node:url';\nconst __dist = new globalThis.URL('../', import.meta.url);" },
  plugins: [{ name: 'packages', setup: packages }, { name: 'places', setup: places }],
});
for (const program of PROGRAMS) {
  const up = '../'.repeat(program.split('/').length - 1);
  writeFileSync(join(dist, program), `import '${up}packed/${nameOf(program)}.js';\n`);
}

nameClassesOnly();

/**
 * `keepNames` has every function named while the program runs, also each one made inside of another, whenever that is
 * called. What names of classes say is stored, so they must stay whatever they are called in a pack; functions need none.
 */
function nameClassesOnly() {
  const named = 'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';
  const classNamed = named.replace('__defProp', `value < 'a' ? __defProp`).replace(/;$/, ' : target;');
  const chunks = readdirSync(join(dist, 'packed')).filter((name) => name.endsWith('.js')).map((name) => join(dist, 'packed', name));
  const naming = chunks.filter((chunk) => readFileSync(chunk, 'utf8').includes(named));
  if (naming.length === 0) throw new Error('esbuild names functions in another way than this step knows.');
  for (const chunk of naming) writeFileSync(chunk, readFileSync(chunk, 'utf8').replace(named, classNamed));
}

/** Packages, packed themselves or not, are left to be imported. */
function packages(build) {
  build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
    if (kind === 'entry-point') return undefined;
    const isOurs = path.startsWith('#') && !path.startsWith('#vendor/');
    return isOurs ? { path: join(dist, 'libs', path.slice(1), 'index.js') } : { path, external: true };
  });
}

/** A module still finds what lies beside its file, and a context what is in its rooms. */
function places(build) {
  build.onLoad({ filter: /\.js$/ }, ({ path }) => {
    const url = (file) => `new globalThis.URL(${JSON.stringify(relative(dist, file).split(sep).join('/'))}, __dist).href`;
    const { imports, text } = withRooms(readFileSync(path, 'utf8'), dirname(path));
    const placed = text.replaceAll('import.meta.url', url(path)).replaceAll('import.meta.dirname', `__fileURLToPath(${url(dirname(path))})`);
    return { contents: `${placed}\n${imports}`, loader: 'js' };
  });
}

function withRooms(text, folder) {
  const found = /\bcontext\('[^']+', import\.meta\.url(?=\))/.exec(text);
  if (!found) return { imports: '', text };
  const files = roomsIn(folder).flatMap((room) => modulesIn(folder, room));
  return {
    // Imports count from the beginning wherever they stand; at the end they leave the lines to the source map.
    imports: files.map((file, i) => `import * as __module${i} from './${file}';`).join('\n'),
    text: text.replace(found[0], `${found[0]}, [${files.map((_, i) => `__module${i}`).join(', ')}]`),
  };
}

/** As the context itself looks for them: its own rooms, then those of its parts. */
function roomsIn(folder) {
  const parts = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !ROOMS.includes(entry.name));
  return [...ROOMS, ...parts.map(({ name }) => name).sort().flatMap((part) => ROOMS.map((room) => `${part}/${room}`))];
}

function modulesIn(folder, room) {
  const names = existsSync(join(folder, room)) ? readdirSync(join(folder, room)) : [];
  return names.filter((name) => name.endsWith('.js') && !name.endsWith('.spec.js')).sort().map((name) => `${room}/${name}`);
}
