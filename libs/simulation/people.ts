import { faker as english } from '@faker-js/faker/locale/en';
import { faker as chinese } from '@faker-js/faker/locale/zh_CN';

/** The same numbers and names for the same seed. */
export type Random = typeof english;

export interface Someone {
  random: Random;
  isChinese: boolean;
  isPerson: boolean;
  /** Of the person, or of the organisation. */
  name: string;
  /** Of whom one talks to. */
  contact: string;
  email: string;
  phone: string;
  country: string;
  city: string;
  industry: string;
}

const FORMS = ['有限公司', '集团', '贸易有限公司', '科技股份有限公司'];
const INDUSTRIES = ['retail', 'hospitality', 'manufacturing', 'logistics', 'education', 'media', 'technology', 'medical'];
const COUNTRIES = ['US', 'GB', 'DE', 'SE', 'KE', 'SG'];

/** A customer whom nobody has ever met. Half of them are Chinese, a third of them persons. */
export function someone(seed: number): Someone {
  const isChinese = seed % 2 === 0;
  const random = isChinese ? chinese : english;
  random.seed(seed);
  const isPerson = random.number.int(2) === 0;
  const contact = isChinese ? random.person.lastName() + random.person.firstName() : random.person.fullName();
  return {
    random, isChinese, isPerson, contact,
    name: isPerson ? contact : companyName(random, isChinese),
    email: `${random.internet.username().toLowerCase().replace(/[^a-z0-9.]/g, '')}${seed}@example.com`,
    phone: isChinese ? `+86 1${random.string.numeric(2)} ${random.string.numeric(4)} ${random.string.numeric(4)}` : `+1 ${random.string.numeric(3)} 555 ${random.string.numeric(4)}`,
    country: isChinese ? 'CN' : random.helpers.arrayElement(COUNTRIES),
    city: random.location.city(),
    industry: random.helpers.arrayElement(INDUSTRIES),
  };
}

const companyName = (random: Random, isChinese: boolean): string =>
  (isChinese ? random.location.city().replace(/市$/, '') + random.person.lastName() + random.person.firstName() + random.helpers.arrayElement(FORMS) : random.company.name());
