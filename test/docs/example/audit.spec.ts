import { expect, it } from '@jest/globals';
import { MemoryDocumentStore, MemoryEventStore } from '#stores/memory';
import { appendNotes } from '../../../libs/audit/testing.js';
// #region audit
import { leafOf, openAudit, provesInclusion, verifyLog, type AuditSurroundings } from '#audit';

async function audited({ events, documents }: AuditSurroundings) {
  const audit = openAudit({}, { events, documents }); // { keyFile, headsFolder, witnessUrl } where they are to last
  const head = await audit.makeHead();
  const { event, index, proof } = (await audit.prove(7))!;
  const isInLog = provesInclusion(leafOf(event), index, head.size, proof, head.root);
  const { integrity, completeness, firstBad } = await verifyLog(audit, documents);
  return { isInLog, integrity, completeness, firstBad };
}
// #endregion

it('the example of the page on audit proves an event and verifies the log', async () => {
  const [events, documents] = [new MemoryEventStore(), new MemoryDocumentStore()];
  await appendNotes(events, 20);
  const fine = { ok: true, problems: [] };
  expect(await audited({ events, documents })).toEqual({ isInLog: true, integrity: fine, completeness: fine, firstBad: undefined });
});
