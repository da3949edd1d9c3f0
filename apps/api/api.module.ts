import { Module, type DynamicModule } from '@nestjs/common';
import { type Access } from '#access';
import { EngineModule } from '#event-sourcing/nest';
import { HealthModule } from '#http/health';
import { accessProviders } from './access.providers.js';
import { deliveryProviders } from './delivery.providers.js';
import { auditProviders } from './audit.providers.js';
import { AccessController } from './http/access.controller.js';
import { AnalysesController } from './http/analyses.controller.js';
import { AggregatesController } from './http/aggregates.controller.js';
import { ChangesController } from './http/changes.controller.js';
import { AuditController } from './http/audit.controller.js';
import { CommandsController } from './http/commands.controller.js';
import { CustomersController } from './http/customers.controller.js';
import { OutboxController } from './http/outbox.controller.js';
import { OutboxPageController } from './http/outbox-page.controller.js';
import { ProcessesController } from './http/processes.controller.js';
import { DocsController } from './http/docs.controller.js';
import { DuplicatesController } from './http/duplicates.controller.js';
import { EventsController } from './http/events.controller.js';
import { HistoryController } from './http/history.controller.js';
import { AnalysisProgress } from './http/analysis-progress.js';
import { LiveEvents } from './http/live-events.js';
import { PrivacyController } from './http/privacy.controller.js';
import { privacyProviders } from './privacy.providers.js';
import { OperationsController } from './http/operations.controller.js';
import { CubeController } from './http/cube.controller.js';
import { WarehouseController } from './http/warehouse.controller.js';
import { ViewAnswers } from './http/view-answers.js';
import { ViewsController } from './http/views.controller.js';
import { WhatIfController } from './http/what-if.controller.js';
import { ApiDocument } from './openapi/api-document.js';
import { API_OPTIONS, type ApiOptions } from './options.js';
import { warehouseProviders } from './warehouse.providers.js';

@Module({})
export class ApiModule {
  static of(options: ApiOptions, access: Access): DynamicModule {
    return {
      module: ApiModule,
      imports: [EngineModule.forRoot({ ...options.engine, authority: access.control, log: options.log, telemetry: options.metrics }), HealthModule.of(options.metrics)],
      controllers: [
        CommandsController, ViewsController, AnalysesController, ChangesController, WhatIfController, DuplicatesController, CustomersController, AggregatesController, EventsController,
        AuditController, HistoryController, PrivacyController, AccessController, OperationsController, ProcessesController, OutboxController, OutboxPageController, WarehouseController, CubeController, DocsController,
      ],
      providers: [{ provide: API_OPTIONS, useValue: options }, ViewAnswers, LiveEvents, AnalysisProgress, ApiDocument, ...auditProviders, ...deliveryProviders, ...privacyProviders, ...warehouseProviders, ...accessProviders(access)],
    };
  }
}
