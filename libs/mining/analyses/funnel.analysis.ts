import { analysis } from '#event-sourcing';
import { lifecycle, valueClasses } from '#loyalty';
import { prospectLeads } from '../domain/prospects.js';
import { together } from '../domain/together.js';

const asked = together({ valueClasses });

/** Identify, acquire, keep and grow profitable customers. */
export const funnel = analysis('igkg_funnel', {
  version: 1,
  summary: 'How many were identified (leads and prospects), acquired (bought), kept (bought again, and not lost) and grown (profit above that before), with the share that came from the step before.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: null, apart: ['step'],
  columns: { step: 'text', count: 'integer', share: { type: 'number', summary: 'Of the step before; null where that is empty.', nullWhere: 'there is no step before, or that is empty' } },
})
  .reads({ ...asked.sources, stages: lifecycle, leads: prospectLeads() })
  .computes((inputs, moment) => {
    const stages = inputs.stages.filter(({ stage }) => stage !== null);
    const classes = asked.find('valueClasses', inputs, moment);
    const bought = stages.filter(({ days }) => days.length > 0);
    const counts = {
      identified: stages.length + inputs.leads.filter(({ convertedAt, duplicate }) => convertedAt === undefined && !duplicate).length, acquired: bought.length,
      kept: bought.filter(({ days, stage }) => days.length > 1 && stage !== 'lost').length, grown: (classes.rows as readonly { profit: number; profitBefore: number }[]).filter(({ profit, profitBefore }) => profit > 0 && profitBefore > 0 && profit > profitBefore).length,
    };
    const steps = Object.entries(counts);
    const rows = steps.map(([step, count], index) => ({ step, count, share: index > 0 && steps[index - 1]![1] > 0 ? count / steps[index - 1]![1] : null }));
    return {
      rows, summary: counts, notes: [...(classes.notes ?? [])],
      plots: counts.identified > 0 ? [{ title: 'From identified to grown', kind: 'bar', series: [{ name: '', points: steps }] }] : [],
    };
  });
