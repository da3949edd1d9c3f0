#!/usr/bin/env node
// Checks an audit bundle of Guanxi. It stands alone: it needs Node 20 or newer, no network and no other file, and has no
// line in common with the program that made the bundle. Read it before you believe it; it is short so that you can.
//
//   node verify.mjs [bundle.jsonl] [--key NAME+ID+KEY] [--head FILE]... [--quiet]
//
// Exit code: 0 everything is right, 1 something is not, 2 it was called wrongly.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Buffer } from 'node:buffer';

const FORMAT = 'guanxi-audit-bundle/1';
const FIELDS = ['data', 'id', 'metadata', 'occurredAt', 'position', 'recordedAt', 'revision', 'schemaVersion', 'stream', 'type'];

class Wrong extends Error {}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, head: { type: 'string', multiple: true, default: [] }, quiet: { type: 'boolean', default: false } },
  });
  if (positionals.length > 1) throw new TypeError('Name one bundle.');
  const file = positionals[0] ?? join(dirname(fileURLToPath(import.meta.url)), 'bundle.jsonl');
  process.exitCode = (await check(file, values)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error.message}\nUsage: node verify.mjs [bundle.jsonl] [--key NAME+ID+KEY] [--head FILE]... [--quiet]\n`);
  process.exitCode = 2;
}

async function check(file, { key: givenKey, head: givenHeads, quiet }) {
  const problems = { integrity: [], completeness: [] };
  const notes = [];
  const coverage = newCoverage();
  let bundle;
  let entries = 0;
  let bad = 0;
  let closing;
  const digest = createHash('sha256');
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const value = parsed(line);
    if (closing) {
      problems.integrity.push('There are lines after the end of the bundle.');
      break;
    }
    if (!bundle) {
      bundle = opened(value, givenKey, givenHeads, problems, notes);
      if (!bundle) break;
    } else if (value && 'entries' in value) {
      closing = value;
      continue;
    } else {
      entries++;
      const why = value ? faultOf(value, bundle) : 'the line is no JSON';
      if (why) bad++;
      else cover(coverage, value);
      if (why || !quiet) say(`${why ? 'BAD' : 'ok '}  ${nameOf(value, entries)}${why ? `: ${why}` : ''}`);
    }
    digest.update(`${line}\n`);
  }
  if (!bundle && problems.integrity.length === 0) problems.integrity.push('The bundle is empty.');
  if (bad > 0) problems.integrity.push(`${bad} of ${entries} events are not proven to be in the log.`);
  if (bundle) {
    checkClosing(closing, entries, digest.digest('hex'), bundle, problems);
    checkCoverage(coverage, bundle, problems, notes);
  }
  return verdict(bundle, entries, problems, notes);
}

/** Key and heads of the first line; undefined where nothing can be checked with it. */
function opened(value, givenKey, givenHeads, problems, notes) {
  try {
    if (value?.format !== FORMAT) throw new Wrong(`It is no bundle of the format ${FORMAT}.`);
    const keys = keysOf(value);
    const given = keys.findIndex(({ text }) => text === givenKey);
    if (givenKey !== undefined && given < 0) throw new Wrong(`The bundle is signed with ${value.publicKey}, not with the key that was given.`);
    if (givenKey !== undefined && given < keys.length - 1) notes.push(`The key that was given was in force until ${keys[given].upTo} events; it and each key after it has signed which one took its place, up to ${value.publicKey}.`);
    if (givenKey === undefined) notes.push(`The public key is the bundle's own. Compare it with one that you got from elsewhere: ${value.publicKey}`);
    const head = headOf(value.head, keys);
    const known = [head];
    for (const { checkpoint, consistency } of value.heads) {
      const earlier = headOf(checkpoint, keys);
      if (!isBeginning(earlier, head, consistency.map(bytesOf))) problems.integrity.push(`The head of ${earlier.size} events is not a beginning of the log of the bundle.`);
      known.push(earlier);
    }
    for (const file of givenHeads) compareHead(file, keys, known, problems, notes);
    if (givenHeads.length === 0) notes.push('No head from elsewhere was given: whoever has the private key could have made another history. Use --head with a .checkpoint file that you keep.');
    return { key: keys.at(-1), head, selection: value.selection };
  } catch (error) {
    problems.integrity.push(error.message);
    return undefined;
  }
}

function compareHead(file, keys, known, problems, notes) {
  const mine = headOf(readFileSync(file, 'utf8'), keys);
  const same = known.find(({ size }) => size === mine.size);
  if (!same) problems.integrity.push(`The head in ${file} has ${mine.size} events, and the bundle has no head of that size to compare it with. Ask for a bundle or a consistency proof that includes it.`);
  else if (!same.root.equals(mine.root)) problems.integrity.push(`The head in ${file} is of another history than the bundle: both have ${mine.size} events, and their roots differ.`);
  else notes.push(`The head in ${file} is one of the same history, of ${mine.size} events.`);
}

/** Why an entry does not prove its event; undefined where it does. */
function faultOf({ event, index, proof }, { head }) {
  if (typeof event !== 'object' || event === null || !Number.isSafeInteger(index) || !Array.isArray(proof)) return 'the entry has not the fields of one';
  if (Object.keys(event).sort().join() !== FIELDS.join()) return 'the event has not the fields of one';
  const leaf = sha256(Buffer.concat([Buffer.of(0), Buffer.from(canonical(event), 'utf8')]));
  return rootFrom(leaf, index, head.size, proof.map(bytesOf))?.equals(head.root) ? undefined : 'the event is not at this place in the log';
}

function checkClosing(closing, entries, digest, { key }, problems) {
  if (!closing) return void problems.completeness.push('The bundle was cut off: its last line is missing.');
  if (closing.entries !== entries) problems.completeness.push(`The bundle was made with ${closing.entries} events and has ${entries}.`);
  const statement = Buffer.from(`${FORMAT}\n${closing.entries}\n${digest}\n`);
  if (!verify(null, statement, key.publicKey, bytesOf(closing.signature))) problems.integrity.push('The bundle is not as it was signed.');
}

// What is left out can be seen: streams are numbered without gaps, and so are the leaves of a period.

function newCoverage() {
  return { streams: new Map(), indexes: [], roles: [], times: [] };
}

function cover({ streams, indexes, roles, times }, { event, index, role }) {
  indexes.push(index);
  roles.push(role);
  times.push(event.recordedAt);
  const revisions = streams.get(event.stream);
  if (revisions) revisions.push(event.revision);
  else streams.set(event.stream, [event.revision]);
}

function checkCoverage({ streams, indexes, roles, times }, { selection, head }, problems, notes) {
  const missing = (text) => problems.completeness.push(text);
  if ('customer' in selection) {
    for (const [stream, revisions] of streams) {
      const gap = revisions.findIndex((revision, at) => revision !== at);
      if (gap >= 0) missing(`Of ${stream} event ${gap} is missing or out of order.`);
    }
    return void notes.push(`Every stream in the bundle is shown from its first event on without a gap. That there is no later event in a stream, and no further stream about the customer, is what the signature of the bundle states; it is not proven.`);
  }
  const { from = '', to = '\uffff' } = selection;
  const gap = indexes.findIndex((index, at) => at > 0 && index !== indexes[at - 1] + 1);
  if (gap > 0) missing(`Between leaf ${indexes[gap - 1]} and leaf ${indexes[gap]} events are missing.`);
  times.forEach((time, at) => {
    const fits = roles[at] === 'before' ? time < from : roles[at] === 'after' ? time >= to : time >= from && time < to;
    if (!fits) missing(`Leaf ${indexes[at]} was recorded at ${time}, which is not in the period.`);
  });
  if (indexes.length === 0) return void notes.push('There is no event in the bundle; that there was none in the period is stated by its signature and not proven.');
  if (indexes[0] !== 0 && roles[0] !== 'before') missing('The event before the period is not shown: the first events of it may be missing.');
  if (indexes.at(-1) !== head.size - 1 && roles.at(-1) !== 'after') missing('The event after the period is not shown: the last events of it may be missing.');
  notes.push('The leaves are shown without a gap, from before the period or the first event of the log to after it or the last.');
}

function verdict(bundle, entries, { integrity, completeness }, notes) {
  say('');
  for (const note of notes) say(`Note: ${note}`);
  if (bundle) say(`Head: ${bundle.head.size} events, root ${bundle.head.root.toString('hex')}, ${bundle.head.rest}`);
  say(`INTEGRITY:    ${integrity.length === 0 ? `ok, ${entries} events are in the log as they stand here` : 'FAILED'}`);
  for (const problem of integrity) say(`  - ${problem}`);
  say(`COMPLETENESS: ${completeness.length > 0 ? 'FAILED' : bundle ? 'ok, nothing is seen to be left out' : 'not checked'}`);
  for (const problem of completeness) say(`  - ${problem}`);
  return integrity.length === 0 && completeness.length === 0;
}

function nameOf(value, number) {
  const event = value?.event;
  if (!event) return `entry ${number}`;
  return printable(`leaf ${value.index}  position ${event.position}  ${event.stream}@${event.revision}  ${event.type}${value.role ? `  (${value.role} the period)` : ''}`);
}

// Canonical JSON (RFC 8785): members sorted by UTF-16 code units, no white space, strings and numbers as ECMAScript writes them.

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

// Merkle trees (RFC 9162, 2.1). A tree of n leaves is a left part, of the largest power of two below n, and the rest.

function leftPart(size) {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

function join2(left, right) {
  return sha256(Buffer.concat([Buffer.of(1), left, right]));
}

/** The root that a leaf and its siblings, from the leaf upwards, lead to; undefined where their number is wrong. */
function rootFrom(leaf, index, size, siblings) {
  if (index < 0 || index >= size) return undefined;
  if (size === 1) return siblings.length === 0 ? leaf : undefined;
  const top = siblings.at(-1);
  if (!top) return undefined;
  const left = leftPart(size);
  const below = siblings.slice(0, -1);
  if (index < left) {
    const root = rootFrom(leaf, index, left, below);
    return root && join2(root, top);
  }
  const root = rootFrom(leaf, index - left, size - left, below);
  return root && join2(top, root);
}

function isBeginning(earlier, later, proof) {
  if (earlier.size > later.size) return false;
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  if (earlier.size === 0) return proof.length === 0;
  const roots = rootsFrom(earlier.size, later.size, true, earlier.root, proof);
  return roots !== undefined && roots.earlier.equals(earlier.root) && roots.later.equals(later.root);
}

/** Roots of the beginning and of the whole of a tree. `whole`: the beginning is the earlier tree itself, whose root is known. */
function rootsFrom(count, size, whole, known, proof) {
  if (count === size) {
    if (whole) return proof.length === 0 ? { earlier: known, later: known } : undefined;
    return proof.length === 1 ? { earlier: proof[0], later: proof[0] } : undefined;
  }
  const top = proof.at(-1);
  if (!top) return undefined;
  const left = leftPart(size);
  const below = proof.slice(0, -1);
  if (count <= left) {
    const roots = rootsFrom(count, left, whole, known, below);
    return roots && { earlier: roots.earlier, later: join2(roots.later, top) };
  }
  const roots = rootsFrom(count - left, size - left, false, known, below);
  return roots && { earlier: join2(top, roots.earlier), later: join2(top, roots.later) };
}

// Signed heads (C2SP checkpoints in signed notes): lines of text, an empty line, and "— name base64" for each signature.

function publicKeyOf(text) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(String(text)) ?? [];
  const bytes = bytesOf(encoded ?? '');
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Wrong(`"${text}" is no Ed25519 public key.`);
  const idBytes = sha256(Buffer.concat([Buffer.from(`${name}\n`), bytes])).subarray(0, 4);
  if (idBytes.toString('hex') !== id) throw new Wrong(`The id in "${text}" does not fit its name and key.`);
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') }, format: 'jwk' });
  return { name, id: idBytes, publicKey };
}

/** The keys of the log, the first one first, each with the size of the largest head that it may have signed. */
function keysOf({ publicKey, rotations = [] }) {
  const keys = [];
  for (const note of rotations) {
    const [, name, former, next, size] = /^(.+)\nkey rotation\nformer (\S+)\nnext (\S+)\nsize (\d{1,15})\nroot \S+\ntime \S+\n\n/.exec(String(note)) ?? [];
    const pair = [former, next].map(publicKeyOf);
    if (pair.some((key) => key.name !== name || signedText(note, key) === undefined)) throw new Wrong('A rotation of the key is not signed by both keys.');
    if (keys.length > 0 && keys.at(-1).next !== former) throw new Wrong('The rotations of the key do not follow one another.');
    keys.push({ ...pair[0], text: former, upTo: Number(size), next });
  }
  if (keys.length > 0 && keys.at(-1).next !== publicKey) throw new Wrong('The rotations of the key do not lead to the key of the bundle.');
  return [...keys, { ...publicKeyOf(publicKey), text: publicKey, upTo: Infinity }];
}

/** The text of a note that the key has signed; undefined where it has not. */
function signedText(note, { name, id, publicKey }) {
  const [, text, signatures] = /^([^]*\n)\n((?:— .+\n)+)$/.exec(String(note)) ?? [];
  const signature = signatures?.split('\n').filter((line) => line.startsWith(`— ${name} `)).map((line) => bytesOf(line.split(' ')[2])).find((bytes) => bytes.subarray(0, 4).equals(id));
  return signature && verify(null, Buffer.from(text), publicKey, signature.subarray(4)) ? text : undefined;
}

function headOf(note, keys) {
  const claimed = Number(/^.+\n(\d{1,15})\n/.exec(String(note))?.[1]);
  const key = keys.find(({ upTo }) => claimed <= upTo) ?? keys.at(-1);
  const text = signedText(note, key);
  if (text === undefined) throw new Wrong('A head is not signed by the key of the log.');
  const [origin, size, root, ...rest] = text.trimEnd().split('\n');
  if (origin !== key.name || !/^\d{1,15}$/.test(size)) throw new Wrong('A head is not one of this log.');
  return { size: Number(size), root: bytesOf(root), rest: printable(rest.join(', ')) };
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest();
}

function bytesOf(base64) {
  return Buffer.from(String(base64), 'base64');
}

function parsed(line) {
  try {
    const value = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Control characters in data must not reach the terminal, which would obey them. */
function printable(text) {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
