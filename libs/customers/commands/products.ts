import { isDeepStrictEqual } from 'node:util';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsIsoDate, IsText } from '#event-sourcing/validation';
import { changeable, Customer } from '../domain/customer.js';
import { ProductEvaluationRecorded, ProductInUseRecorded, ProductUseEnded } from '../domain/profile.js';
import { CustomerCommand } from './customer-command.js';

@Command({ summary: 'Records a product that a customer uses now, ours or a competitor\'s.', allow: ['manager', 'sales', 'service'] })
export class RecordProductInUse extends CustomerCommand {
  @IsText(200) product!: string;
  /** Who supplies it, where that is somebody else. */
  @IsOptional() @IsText(200) supplier?: string;
  @IsOptional() @IsInt() @Min(1) @Max(Number.MAX_SAFE_INTEGER) quantity?: number;
  @IsOptional() @IsIsoDate() since?: string;
}

export const recordProductInUse = decide(Customer, RecordProductInUse, (command, state) => {
  const { productsInUse } = changeable(state, command.customerId);
  const data = factsOf(command);
  const { customerId: _, ...use } = data;
  const present = productsInUse.find(({ product }) => product === command.product);
  return isDeepStrictEqual(present, use) ? [] : event(ProductInUseRecorded, data);
});

@Command({ summary: 'Records that a customer no longer uses a product.', allow: ['manager', 'sales', 'service'] })
export class EndProductUse extends CustomerCommand {
  @IsText(200) product!: string;
  @IsOptional() @IsText(200) replacedBy?: string;
  @IsOptional() @IsText(500) reason?: string;
}

export const endProductUse = decide(Customer, EndProductUse, (command, state) => {
  const { productsInUse } = changeable(state, command.customerId);
  if (productsInUse.some(({ product }) => product === command.product)) return event(ProductUseEnded, factsOf(command));
  throw wrongState('product-not-in-use', `Customer ${command.customerId} is not known to use ${command.product}; name a product in use.`, {
    productsInUse: productsInUse.map(({ product }) => product),
  });
});

@Command({ summary: 'Records what a customer thinks of a product.', allow: ['manager', 'sales', 'service'] })
export class RecordProductEvaluation extends CustomerCommand {
  @IsText(200) product!: string;
  /** −2 very bad … +2 very good. */
  @IsInt() @Min(-2) @Max(2) rating!: number;
  @IsOptional() @IsText(2000) comment?: string;
}

/** Each evaluation is a measurement of its day: the same rating again is news. */
export const recordProductEvaluation = decide(Customer, RecordProductEvaluation, (command, state) => {
  changeable(state, command.customerId);
  return event(ProductEvaluationRecorded, factsOf(command));
});
