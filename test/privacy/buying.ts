import { randomUUID } from 'node:crypto';

export type Send = (command: string, fields: object) => Promise<unknown>;

const eur = (amount: number) => ({ amount, currency: 'EUR' });

/** All that is said of a customer by those who sell to them and look after them; each text is a mark. */
export async function buyAndBeLookedAfter(send: Send, { customerId, representativeId }: { customerId: string; representativeId: string }, mark: () => string): Promise<void> {
  const own = (id: string) => `${id}-of-${customerId}`;
  await send('DefineOffering', { offeringId: own('tea'), name: 'Tea', kind: 'product' });
  await send('PublishPriceList', { pricelistId: own('list'), name: 'All', currency: 'EUR' });
  await send('ChangePrice', { pricelistId: own('list'), offeringId: own('tea'), price: eur(500) });
  await ask();
  await order();
  await pay();
  await beHelped();

  async function ask(): Promise<void> {
    await send('RecordPurchaseIntention', { purchaseintentionId: own('wish'), customerId, offeringId: own('tea'), urgency: 'this-quarter', traits: mark() });
    await send('RevisePurchaseIntention', { purchaseintentionId: own('wish'), quantity: 3, reason: mark() });
    await send('LapsePurchaseIntention', { purchaseintentionId: own('wish'), reason: mark() });
    for (const [id, kept] of [['kept', true], ['refused', false]] as const) {
      await send('IdentifyLatentOpportunity', { latentopportunityId: own(id), customerId, offeringId: own('tea'), kind: 'cross-sell', evidenceIds: [randomUUID()], reason: mark() });
      await (kept ? send('AcceptSuggestion', { latentopportunityId: own(id) }) : send('RejectSuggestion', { latentopportunityId: own(id), reason: mark() }));
    }
    await send('OpenOpportunity', { opportunityId: own('deal'), customerId, representativeId, offeringId: own('tea'), value: eur(90_000), title: mark() });
    await send('AdvanceOpportunity', { opportunityId: own('deal'), to: 'study-solution' });
    await send('RevertOpportunity', { opportunityId: own('deal'), to: 'arrange-visit', reason: mark() });
    await send('LoseOpportunity', { opportunityId: own('deal'), reason: 'price', note: mark() });
    await send('ReopenOpportunity', { opportunityId: own('deal'), reason: mark() });
    await send('RequestDiscount', { discountId: own('less'), customerId, offeringId: own('tea'), percent: 12, reason: mark() });
    await send('RefuseDiscount', { discountId: own('less'), reason: mark() });
    await send('RejectProposal', { proposalId: await proposed(), reason: mark() });
  }

  async function proposed(): Promise<string> {
    const proposalId = own('plan');
    await send('DraftProposal', { proposalId, customerId, title: mark(), sections: [{ heading: mark(), text: mark() }] });
    await send('SendProposal', { proposalId });
    return proposalId;
  }

  async function order(): Promise<void> {
    const lines = [{ offeringId: own('tea'), quantity: 2, taxPercent: 19 }];
    await send('IssueQuote', { quoteId: own('quote'), customerId, opportunityId: own('deal'), pricelistId: own('list'), lines, validUntil: '2030-01-01T00:00:00.000Z' });
    await send('ReviseQuote', { quoteId: own('quote'), lines: [{ ...lines[0], quantity: 3 }], validUntil: '2030-01-01T00:00:00.000Z', reason: mark() });
    await send('DeclineQuote', { quoteId: own('quote'), reason: mark() });
    for (const id of ['order', 'other-order']) await send('PlaceOrder', { orderId: own(id), customerId, pricelistId: own('list'), lines });
    await send('CancelOrder', { orderId: own('other-order'), reason: mark() });
    await send('ConfirmOrder', { orderId: own('order') });
    await send('ShipOrderLine', { orderId: own('order'), line: 1, quantity: 2 });
    await send('ReturnOrder', { orderId: own('order'), items: [{ line: 1, quantity: 1 }], reason: mark() });
    await send('SendThankYouLetter', { letterId: own('letter'), customerId, orderId: own('order'), amount: eur(500) });
    await send('RecordPurchase', { purchaseId: own('b3'), customerId, amount: eur(300), occurredAt: '2026-03-05T12:00:00.000Z' });
    await send('CorrectPurchase', { purchaseId: own('b3'), amount: eur(310), reason: mark() });
  }

  async function pay(): Promise<void> {
    const contractId = own('contract');
    await send('DraftContract', { contractId, customerId, value: eur(1_000), title: mark() });
    await send('SignContract', { contractId, dueOn: '2026-01-05' });
    await send('AmendContract', { contractId, value: eur(1_100), number: 1, reason: mark() });
    await send('MarkInstalmentDue', { contractId, number: 1 });
    await send('RecordPromiseToPay', { contractId, number: 1, promisedOn: '2030-01-01', note: mark() });
    await send('ReceivePayment', { contractId, paymentId: own('paid'), amount: eur(100) });
    await send('ReversePayment', { contractId, paymentId: own('paid'), reason: mark() });
    await send('TerminateContract', { contractId, reason: mark() });
  }

  async function beHelped(): Promise<void> {
    const task = { salestaskId: own('job') };
    await send('AssignSalesTask', { ...task, customerId, representativeId, dueOn: '2030-01-01', what: mark() });
    await send('ReassignSalesTask', { ...task, representativeId: own('other-rep'), reason: mark() });
    await send('AcceptSalesTask', task);
    await send('ReportSalesTaskProgress', { ...task, percentDone: 50, note: mark() });
    await send('CompleteSalesTask', { ...task, result: mark() });
    await send('ScheduleAppointment', { appointmentId: own('visit'), representativeId, customerId, startsAt: '2030-01-02T10:00:00.000Z', endsAt: '2030-01-02T11:00:00.000Z', subject: mark() });
    await send('CancelAppointment', { appointmentId: own('visit'), reason: mark() });
    for (const id of ['help', 'more-help']) await send('RequestSalesSupport', { supportrequestId: own(id), customerId, representativeId, kind: 'demonstration', what: mark() });
    await send('GiveSalesSupport', { supportrequestId: own('help'), answer: mark() });
    await send('WithdrawSalesSupportRequest', { supportrequestId: own('more-help'), reason: mark() });
    await send('SubmitDailyReport', { dailyreportId: own('day'), representativeId, day: '2026-01-05', visits: 1, calls: 1 });
    await send('NoteInDailyReport', { dailyreportId: own('day'), customerId, note: mark() });
    await send('RecordRelationshipSentiment', { relationshipId: own('feeling'), customerId, sentiment: 1, note: mark() });
    await send('OpenRetentionCase', { retentioncaseId: own('case'), customerId, cause: 'price', what: mark() });
    await send('ClearMisunderstanding', { retentioncaseId: own('case'), what: mark() });
    await send('SolveRetentionProblem', { retentioncaseId: own('case'), what: mark() });
    await send('CloseRetentionCase', { retentioncaseId: own('case'), outcome: 'saved', reason: mark() });
    await send('RegisterCareOccasion', { careoccasionId: own('festival'), customerId, kind: 'holiday', name: mark(), month: 8, day: 15, greeting: mark() });
    await send('CancelCareOccasion', { careoccasionId: own('festival'), reason: mark() });
  }
}
