import { Module, type DynamicModule } from '@nestjs/common';
import { type EngineOptions } from '#event-sourcing';
import { EngineModule } from '#event-sourcing/nest';
import { HealthModule } from '#http/health';
import { type Logger, type Metrics } from '#telemetry';

export interface ProjectorAppOptions {
  engine: EngineOptions;
  log: Logger;
  metrics: Metrics;
}

/** An engine that feeds views, and what is asked of it: whether it is well. */
@Module({})
export class ProjectorModule {
  static of({ engine, log, metrics }: ProjectorAppOptions): DynamicModule {
    return {
      module: ProjectorModule,
      imports: [EngineModule.forRoot({ ...engine, log, telemetry: metrics, start: false }), HealthModule.of(metrics)],
    };
  }
}
