import { plainToInstance } from 'class-transformer';
import { IsObject, IsOptional, isObject, validateSync } from 'class-validator';
import { InvalidMapping } from '../mapping/mapping.js';

/** How what is wrong in the files is to be read: from the words of a file to the right ones. */
export class Settlement {
  /** To names in the file of products. */
  @IsOptional() @IsObject() products?: Record<string, string>;
  /** To names in the file of accounts. */
  @IsOptional() @IsObject() accounts?: Record<string, string>;
  /** To names in the file of sales teams. */
  @IsOptional() @IsObject() agents?: Record<string, string>;
  @IsOptional() @IsObject() sectors?: Record<string, string>;
  /** To names of countries in English. */
  @IsOptional() @IsObject() countries?: Record<string, string>;
}

/** What is known to be wrong in the published files of crm-sales. */
const KNOWN_SETTLEMENT: Readonly<Settlement> = {
  products: { GTXPro: 'GTX Pro' },
  sectors: { technolgy: 'technology' },
  countries: { Philipines: 'Philippines', Korea: 'South Korea' },
};

/**
 * A settlement from JSON; what it does not name is settled as it is known to be.
 * @throws InvalidMapping
 */
export function settlementOf(json: unknown): Settlement {
  if (!isObject(json) || Array.isArray(json)) throw new InvalidMapping(['it must be a JSON object with "products", "accounts", "agents", "sectors" or "countries"']);
  const given = plainToInstance(Settlement, json);
  const lines = validateSync(given, { whitelist: true, forbidNonWhitelisted: true }).flatMap(({ constraints }) => Object.values(constraints ?? {}));
  const notText = Object.entries(given).flatMap(([what, words]) =>
    Object.entries((words ?? {}) as Record<string, unknown>).filter(([, right]) => typeof right !== 'string').map(([wrong]) => `${what}: "${wrong}" must be given a text`));
  if (lines.length + notText.length > 0) throw new InvalidMapping([...lines, ...notText]);
  return withKnown(given);
}

export function withKnown({ products, accounts, agents, sectors, countries }: Settlement): Required<Settlement> {
  return {
    products: { ...KNOWN_SETTLEMENT.products, ...products },
    accounts: { ...accounts },
    agents: { ...agents },
    sectors: { ...KNOWN_SETTLEMENT.sectors, ...sectors },
    countries: { ...KNOWN_SETTLEMENT.countries, ...countries },
  };
}
