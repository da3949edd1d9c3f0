import type { DocumentStore } from '../ports/document-store.js';
import { DeadLetters } from './dead-letters.js';
import type { ViewBuild } from './view-build.js';
import { CHECKPOINTS } from './view-state.js';

/** Takes builds up where they stood, with a few questions to the store for all of them: who takes over a share has many to open, and others wait. */
export async function openBuilds(builds: readonly ViewBuild[], documents: DocumentStore): Promise<void> {
  if (builds.length === 0) return;
  await Promise.all(builds.map((build) => build.prepare()));
  const [checkpoints, parked] = await Promise.all([
    documents.load(CHECKPOINTS, builds.map(({ checkpoint }) => checkpoint)),
    DeadLetters.parkedIn(documents, builds.map(({ collection }) => collection)),
  ]);
  for (const build of builds) build.takeUp(checkpoints.get(build.checkpoint), parked.get(build.collection) ?? []);
}
