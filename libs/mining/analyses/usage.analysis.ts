import { analysis } from '#event-sourcing';
import { productUse, usedProducts } from '../domain/product-use.js';

/** What customers use, and what they think of it. */
export const usage = analysis('usage', {
  version: 1,
  summary: 'Products and services in use: by how many customers, whether of other suppliers, by what they were replaced, and how they are judged.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: null, apart: ['product'],
  columns: {
    product: 'text', users: { type: 'integer', unit: 'customers' }, fromOthers: { type: 'integer', unit: 'customers', summary: 'Of them, those who have it from another supplier.' }, ended: { type: 'integer', unit: 'customers', summary: 'Who used it before.' },
    replacedBy: { type: 'text', summary: 'By what most of them replaced it.', nullWhere: 'nothing replaced it' }, rated: 'integer', rating: { type: 'number', summary: 'Mean of the last judgements, −2 to 2.', nullWhere: 'nobody judged it' },
  },
})
  .reads({ uses: productUse() })
  .computes(({ uses }) => {
    const rows = usedProducts(uses);
    return { rows, summary: { products: rows.length, customers: uses.length }, notes: rows.length > 0 ? [] : ['It is not recorded what customers use.'] };
  })
  .restingOn(({ uses }, _, { product }) => uses.filter(({ products }) => Object.hasOwn(products, String(product))).map(({ customerId }) => customerId));
