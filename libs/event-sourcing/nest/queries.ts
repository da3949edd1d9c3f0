import { Query } from '@nestjs/cqrs';
import type { Answer, Freshness, ListQuery, Page } from '../reading/view-question.js';

/** One document of a view, over the QueryBus. */
export class GetFromView extends Query<Answer<Record<string, unknown> | undefined>> {
  constructor(
    readonly view: string,
    readonly key: string,
    readonly freshness: Freshness = {},
  ) {
    super();
  }
}

/** A page of a view, over the QueryBus. */
export class FindInView extends Query<Answer<Page>> {
  constructor(
    readonly view: string,
    readonly query: ListQuery = {},
    readonly freshness: Freshness = {},
  ) {
    super();
  }
}
