export type Cell = Record<string, unknown>;

export interface Pivoted {
  /** Values of the dimension that became columns, in order. */
  columns: unknown[];
  /** `cells`: the measures of each column; absent where there is nothing. */
  rows: (Cell & { cells: Record<string, Cell> })[];
}

const UNKNOWN = '(unknown)';

/** Cells as a table: one dimension across, the others down. */
export function pivoted(cells: readonly Cell[], across: string, down: readonly string[], measures: readonly string[]): Pivoted {
  const columns = new Set<unknown>();
  const rows = new Map<string, Cell & { cells: Record<string, Cell> }>();
  for (const cell of cells) {
    columns.add(cell[across]);
    const key = JSON.stringify(down.map((name) => cell[name]));
    const row = rows.get(key) ?? { ...picked(cell, down), cells: {} };
    row.cells[nameOf(cell[across])] = picked(cell, [...measures, ...('events' in cell ? ['events'] : [])]);
    rows.set(key, row);
  }
  return { columns: [...columns].map((value) => value ?? UNKNOWN).sort(), rows: [...rows.values()] };
}

const nameOf = (value: unknown): string => (typeof value === 'string' ? value : value === null || value === undefined ? UNKNOWN : JSON.stringify(value));

const picked = (cell: Cell, names: readonly string[]): Cell => Object.fromEntries(names.map((name) => [name, cell[name]]));
