import { Global, Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { CommandHandler, CqrsModule, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Engine, type EngineOptions } from '../engine.js';
import type { Decision } from '../modelling/command.js';
import type { CommandResult } from '../writing/aggregates.js';
import { FindInView, GetFromView } from './queries.js';

export interface EngineModuleOptions extends EngineOptions {
  /** Whether the engine starts with the module. Default true; otherwise whoever made the application starts it. */
  start?: boolean;
}

@Injectable()
class EngineLifetime implements OnApplicationShutdown {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  async onApplicationShutdown(): Promise<void> {
    await this.engine.stop();
  }
}

/** Puts an engine into a Nest application: each decision handles its command on the CommandBus, views answer on the QueryBus. */
@Global()
@Module({})
export class EngineModule {
  static forRoot(options: EngineModuleOptions): DynamicModule {
    const engine = {
      provide: Engine,
      useFactory: async () => {
        const made = new Engine(options);
        if (options.start ?? true) await made.start();
        return made;
      },
    };
    const decisions = options.contexts.flatMap((context) => context.decisions);
    return {
      module: EngineModule,
      imports: [CqrsModule.forRoot()],
      providers: [engine, EngineLifetime, ...decisions.map(handlerOf), GetFromViewHandler, FindInViewHandler],
      exports: [Engine, CqrsModule],
    };
  }
}

/** Nest finds handlers by their classes, so each decision gets one. */
function handlerOf(decision: Decision): Provider {
  const name = `${decision.command.name}Handler`;
  const handler = {
    [name]: class {
      constructor(readonly engine: Engine) {}

      execute(command: object): Promise<CommandResult> {
        return this.engine.commands.execute(command);
      }
    },
  }[name]!;
  CommandHandler(decision.command as never)(handler);
  return { provide: handler, useFactory: (engine: Engine) => new handler(engine), inject: [Engine] };
}

@QueryHandler(GetFromView)
class GetFromViewHandler implements IQueryHandler<GetFromView> {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  execute({ view, key, freshness }: GetFromView) {
    return this.engine.views.get(view, key, freshness);
  }
}

@QueryHandler(FindInView)
class FindInViewHandler implements IQueryHandler<FindInView> {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  execute({ view, query, freshness }: FindInView) {
    return this.engine.views.find(view, query, freshness);
  }
}
