import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';
import { Engine, type Answer, type Filter, type Freshness } from '#event-sourcing';
import { FindInView, GetFromView } from '#event-sourcing/nest';
import { listRequest, onlyFreshness, refuseUnknownFields, refuseUnknownFieldsIn, RequestProblem, type Parameters } from '#http';

/** Answers of views, each with the position that the view had. */
@Injectable()
export class ViewAnswers {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  async row(view: string, key: string, parameters: Parameters, reply: FastifyReply) {
    const freshness = onlyFreshness(parameters);
    const { value: item, position } = at(reply, await this.queries.execute(new GetFromView(view, key, freshness)));
    if (item === undefined) throw new RequestProblem('not-found', `${view} has no row "${key}" at position ${position}.`, { view, key, position });
    return { item, position };
  }

  async list(view: string, parameters: Parameters, reply: FastifyReply, and?: Filter) {
    const { query, freshness, total } = listRequest(parameters);
    refuseUnknownFields(view, query);
    const filter = and ? { $and: [query.filter, and] } : query.filter;
    const { value, position } = at(reply, await this.queries.execute(new FindInView(view, { ...query, filter }, freshness)));
    return { ...value, ...(total && { total: (await this.engine.views.count(view, filter, freshness)).value }), position };
  }

  async report(view: string, name: string, parameters: Parameters, reply: FastifyReply) {
    const freshness = onlyFreshness(parameters);
    this.checkReport(view, name);
    const { value, position } = at(reply, await this.engine.views.report(view, name, freshness));
    return { report: value, position };
  }

  async aggregate(view: string, pipeline: readonly Record<string, unknown>[], freshness: Freshness, reply: FastifyReply) {
    refuseUnknownFieldsIn(pipeline, view);
    const { value, position } = at(reply, await this.engine.views.aggregate(view, pipeline, freshness));
    return { items: value, position };
  }

  private checkReport(view: string, name: string): void {
    const { reports } = this.engine.projector.get(view).view;
    if (reports.has(name)) return;
    throw new RequestProblem('not-found', `${view} has no report "${name}". Reports: ${[...reports.keys()].join(', ') || 'none'}.`);
  }
}

function at<T>(reply: FastifyReply, answer: Answer<T>): Answer<T> {
  void reply.header('x-position', answer.position);
  return answer;
}
