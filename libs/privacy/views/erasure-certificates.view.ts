import { view } from '#event-sourcing';
import { ErasureCertified, PersonalDataErased, type ErasureCertificate, type ErasureReason } from '../domain/erasure.js';

export interface ErasureCertificateRow {
  erasureId: string;
  erasedAt: string;
  erasedBy: string;
  reason: ErasureReason;
  reference?: string;
  keyFingerprint: string | null;
  status: 'key-destroyed' | 'certified';
  certificate?: ErasureCertificate;
  signature?: string;
  publicKey?: string;
}

export const erasureCertificates = view<ErasureCertificateRow>('erasure_certificates', {
  version: 1,
  summary: 'Who was erased, when and why, with the certificate: keyed like `customer-42`.',
  allow: [],
  personal: [],
  record: null,
  indexes: [{ erasedAt: -1 }],
})
  .key((event) => event.data.subject)
  .on(PersonalDataErased, (_, { data: { erasureId, reason, reference, keyFingerprint }, occurredAt, metadata }) => ({
    erasureId, erasedAt: occurredAt, erasedBy: metadata.actor, reason, ...(reference !== undefined && { reference }), keyFingerprint, status: 'key-destroyed',
  }))
  .on(ErasureCertified, (row, { data: { certificate, signature, publicKey } }) => row && {
    ...row, status: 'certified', certificate, ...(signature !== undefined && { signature, publicKey }),
  });
