import { onRow, view } from '#event-sourcing';
import { CustomerRegistered, CustomerRenamed } from '../domain/customer.js';
import {
  BranchOpened, CustomerReparented, cyclesAmong, ParentCustomerAssigned, ParentCustomerRemoved, type BranchType, type Place,
} from '../domain/hierarchy.js';

export interface CustomerTreeRow {
  customerId: string;
  /** Missing where only its place is known. */
  name?: string;
  /** What it is of its parent, where it was opened as a branch. */
  branchType?: BranchType;
  parentId?: string;
  childIds: string[];
}

export const customerTree = view<CustomerTreeRow>('customer_tree', {
  version: 2,
  summary: 'Who belongs to whom: parent and children of every customer; what a customer and all below it come to is the analysis `tree_totals`.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['name'],
  record: '_id',
  indexes: [{ parentId: 1 }],
})
  .key((event) => event.data.customerId)
  .on(CustomerRegistered, (row, { data: { name } }, key) => ({ ...placeOf(row, key), name }))
  .on(CustomerRenamed, onRow((_, { data: { name } }) => ({ name })))
  .on(BranchOpened, (row, { data: { branchType } }, key) => ({ ...placeOf(row, key), branchType }))
  .on(ParentCustomerAssigned, ({ data }) => [data.customerId, data.parentId], (row, { data: { customerId, parentId } }, key) =>
    key === customerId ? { ...placeOf(row, key), parentId } : withChild(placeOf(row, key), customerId))
  .on(ParentCustomerRemoved, ({ data }) => [data.customerId, data.parentId], (row, { data: { customerId } }, key) =>
    key === customerId ? withoutParent(placeOf(row, key)) : withoutChild(placeOf(row, key), customerId))
  .on(CustomerReparented, ({ data }) => [data.customerId, data.formerParentId, data.parentId], (row, { data }, key) => {
    const place = placeOf(row, key);
    if (key === data.customerId) return key === data.parentId ? withoutParent(place) : { ...place, parentId: data.parentId };
    return key === data.parentId ? withChild(place, data.customerId) : withoutChild(place, data.customerId);
  })
  .report('cycles', {
    summary: 'Rings of customers that are one another\'s parents: two commands at once can close one. Reparent one of each ring.',
    run: async (rows) => {
      const places: Place[] = [];
      for await (const { customerId, parentId } of rows) places.push({ customerId, ...(parentId !== undefined && { parentId }) });
      return { cycles: cyclesAmong(places) };
    },
  });

function placeOf(row: CustomerTreeRow | undefined, customerId: string): CustomerTreeRow {
  return row ?? { customerId, childIds: [] };
}

function withChild(row: CustomerTreeRow, childId: string): CustomerTreeRow {
  return { ...row, childIds: [...row.childIds.filter((id) => id !== childId), childId] };
}

function withoutChild(row: CustomerTreeRow, childId: string): CustomerTreeRow {
  return { ...row, childIds: row.childIds.filter((id) => id !== childId) };
}

function withoutParent({ parentId: _, ...row }: CustomerTreeRow): CustomerTreeRow {
  return row;
}
