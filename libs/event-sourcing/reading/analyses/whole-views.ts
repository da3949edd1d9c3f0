import type { AnyView } from '../../modelling/view.js';
import type { Document } from '../../ports/document-store.js';
import type { Clock } from '../../support.js';
import type { MomentRows } from '../moments/moment-rows.js';
import { presentOf, refuseFuture } from '../moments/moment.js';
import { readerOfRows } from '../moments/rows-reader.js';
import { readerInstead } from '../reader-instead.js';
import { computing, type Computing, type Showing } from '../prepared-views.js';
import type { ViewQueries } from '../view-queries.js';
import { isPast, type Freshness, type WholeRead } from '../view-question.js';

/** Views whose every row is looked at: those that are fed as they are stored, others and those of the past folded in memory. */
export class WholeViews {
  constructor(
    private readonly queries: ViewQueries,
    private readonly rows: MomentRows,
    private readonly clock: Clock,
  ) {}

  /** @throws NotYetThere @throws InvalidQuery the moment lies in the future. */
  async everyRow(view: AnyView, freshness: Freshness, read: WholeRead): Promise<{ rows: readonly Document[]; position: number }> {
    if (this.isStored(view, freshness)) return this.queries.everyRow(view, freshness, read);
    const { computed, instead } = read;
    const others = await (instead ?? this.queries.deciding(freshness))?.(view);
    const { documents, position } = await this.held(view, freshness);
    const rows = others ?? documents;
    const { compute } = await this.showingAsOf(view, freshness, { computed, instead });
    return { rows: compute ? rows.map(compute) : rows, position };
  }

  /** What the fields of the moment are computed with. */
  showing(view: AnyView, freshness: Freshness, computed: boolean): Promise<Showing> {
    return this.isStored(view, freshness) ? this.queries.showing(view, freshness, computed) : this.showingAsOf(view, freshness, { computed });
  }

  private isStored(view: AnyView, freshness: Freshness): boolean {
    return !isPast(freshness) && this.queries.isFed(view);
  }

  private held(view: AnyView, { moment = {}, policies = {}, onProgress }: Freshness) {
    const now = this.clock.now();
    refuseFuture(moment, now);
    refuseFuture(policies, now);
    return this.rows.of(view, moment, onProgress);
  }

  private async showingAsOf(view: AnyView, freshness: Freshness, { computed, instead }: Pick<WholeRead, 'computed' | 'instead'>): Promise<Computing & Showing> {
    const now = presentOf(freshness.moment ?? {}, this.clock.now().toISOString());
    const held = readerOfRows((other) => this.held(other, freshness));
    const deciding = this.queries.deciding(freshness);
    const then = deciding ? readerInstead(held, deciding) : held;
    const read = instead ? readerInstead(then, instead) : then;
    return computed ? { ...(await computing(view, now, read)), computation: view.computation } : { now, read, computation: undefined };
  }
}
