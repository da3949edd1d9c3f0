import { Module, type DynamicModule } from '@nestjs/common';
import { type Metrics } from '#telemetry';
import { HealthController, METRICS } from './health.controller.js';

/** Health and metrics of a process that hosts an engine. */
@Module({})
export class HealthModule {
  static of(metrics: Metrics): DynamicModule {
    return { module: HealthModule, controllers: [HealthController], providers: [{ provide: METRICS, useValue: metrics }] };
  }
}
