import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Audit, HeadSchedule, openAudit } from '#audit';
import { API_OPTIONS, type ApiOptions } from './options.js';

/** Heads are made as long as the application runs. */
@Injectable()
class AuditLifetime implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly schedule: HeadSchedule;
  private readonly isScheduled: boolean;

  constructor(@Inject(Audit) audit: Audit, @Inject(API_OPTIONS) { audit: options, log }: ApiOptions) {
    this.isScheduled = options?.everySeconds !== undefined;
    this.schedule = new HeadSchedule(audit, options?.everySeconds ?? Infinity, log);
  }

  onApplicationBootstrap(): void {
    if (this.isScheduled) this.schedule.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.schedule.stop();
  }
}

/** The transparency log over the stores as they are, under the engine's upcasters. */
export const auditProviders: Provider[] = [
  { provide: Audit, useFactory: ({ audit = {}, engine: { events, documents }, log }: ApiOptions) => openAudit(audit, { events, documents, log }), inject: [API_OPTIONS] },
  AuditLifetime,
];
