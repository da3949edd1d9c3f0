// The direction of the arrows: apps → contexts → event-sourcing, and inside a context towards domain/.
const { existsSync, readdirSync } = require('node:fs');

const spec = '\\.spec\\.ts$';
// These are contexts by what they record; by what they do they stand between the contexts and the stores.
const between = ['audit', 'privacy', 'warehouse'];
const contexts = readdirSync('libs').filter((name) => existsSync(`libs/${name}/context.ts`) && !between.includes(name)).join('|');

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', comment: 'Two files that need each other are one file, or a third is missing.', from: {}, to: { circular: true } },
    {
      name: 'libraries-do-not-know-apps', severity: 'error', comment: 'Arrows point inward: apps → libs.',
      from: { path: '^libs/' }, to: { path: '^(apps|test)/' },
    },
    {
      name: 'the-engine-knows-no-store-and-no-customer', severity: 'error', comment: 'libs/event-sourcing has no store and no CRM word in it.',
      from: { path: '^libs/event-sourcing/', pathNot: spec }, to: { path: '^libs/(?!event-sourcing/)' },
    },
    {
      name: 'stores-only-know-their-ports', severity: 'error', comment: 'An adapter implements the ports of the engine and knows no context.',
      from: { path: '^libs/stores/' }, to: { path: `^libs/(${contexts})/` },
    },
    {
      name: 'contexts-know-no-store', severity: 'error', comment: 'What a context needs of a store is a port.',
      from: { path: `^libs/(${contexts})/` }, to: { path: '^libs/stores/' },
    },
    {
      name: 'contexts-meet-at-their-published-surface', severity: 'error', comment: "Another context's insides are its own; import its index.",
      from: { path: `^libs/(${contexts})/` }, to: { path: `^libs/(${contexts})/`, pathNot: ['^libs/$1/', '^libs/[a-z-]+/index\\.ts$'] },
    },
    {
      name: 'domain-is-pure', severity: 'error', comment: 'domain/ is a pure function of its data: no framework, store, file, network or clock.',
      from: { path: '^libs/.*/domain/', pathNot: spec },
      to: { pathNot: ['^libs/.*/domain/', '^libs/event-sourcing/index\\.ts$', '^libs/[a-z-]+/index\\.ts$'] },
    },
    {
      name: 'views-are-pure', severity: 'error', comment: 'A fold is a pure function of events.',
      from: { path: '^libs/.*/views/', pathNot: spec },
      to: { pathNot: ['^libs/.*/(domain|views)/', '^libs/event-sourcing/index\\.ts$', '^libs/[a-z-]+/index\\.ts$'] },
    },
    {
      name: 'processes-are-pure', severity: 'error', comment: 'A reaction is a pure function of what is known and of what happened.',
      from: { path: '^libs/.*/processes/', pathNot: [spec, '^libs/event-sourcing/'] },
      to: { pathNot: ['^libs/.*/(domain|commands|processes|views)/', '^libs/event-sourcing/index\\.ts$', '^libs/[a-z-]+/index\\.ts$'] },
    },
    {
      name: 'nothing-knows-processes', severity: 'error', comment: 'What happens does not depend on what comes of it.',
      from: { path: '^libs/.*/(domain|commands|views)/', pathNot: spec }, to: { path: '^libs/(?!event-sourcing/).*/processes/' },
    },
    {
      name: 'analyses-are-pure', severity: 'error', comment: 'An analysis is a pure function of rows; what it may choose is validated by decorators.',
      from: { path: '^libs/[a-z-]+/analyses/', pathNot: spec },
      to: { pathNot: ['^libs/[a-z-]+/(analyses|domain|views)/', '^libs/event-sourcing/(index|validation/index)\\.ts$', '^libs/[a-z-]+/index\\.ts$', 'node_modules/(class-validator|class-transformer)/'] },
    },
    {
      name: 'views-know-no-commands', severity: 'error', comment: 'Reading does not depend on writing.',
      from: { path: '^libs/.*/views/', pathNot: spec }, to: { path: '/commands/' },
    },
    {
      name: 'the-model-knows-no-framework', severity: 'error', comment: 'What contexts are written in stands on nothing but Node and the ports.',
      from: { path: '^libs/event-sourcing/(modelling|ports)/' }, to: { dependencyTypes: ['npm'] },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
